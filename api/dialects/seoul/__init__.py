"""The names of Seoul's open bus API (``/api/rest/…``): see docs/dialects.md."""

from api.dialects.seoul import errors, views
from api.dialects.seoul.blueprint import bp

__all__ = ["bp", "errors", "views"]
