"""Black and white as a PNG of 1, 4 or 8 bits of grey a pixel.

Pillow writes 4 bits only with a palette, which not every decoder of a microcontroller knows, and tries five filters on
each line of 8 bits, none of which suits hard edges. What is drawn is the same at every depth, so it is drawn once, in
one bit, and spread out here.
"""

from __future__ import annotations

import struct
import zlib

import deflate
import numpy as np
import numpy.typing as npt
from PIL import Image

from passinfo.columns import Bools

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY = 0
"""Colour type of the PNG specification (11.2.1)."""
LEVEL, MEMORY = 8, 8
"""9 takes twice as long for one byte in fifty."""
BEST_LEVEL = 11
"""Of libdeflate, which weighs every way to say the same: a twelfth less than zlib in 20 ms for 1 bit a pixel, the
images that are fetched over thin lines. With 4 and 8 bits it takes too long for what it saves."""


def to_grey_png(image: Image.Image, depth: int) -> bytes:
    """An image of mode ``1`` as PNG.

    Examples
    --------
    >>> import io
    >>> drawn = Image.new("1", (5, 2), 255)
    >>> found = Image.open(io.BytesIO(to_grey_png(drawn, 4)))
    >>> found.size, found.getpixel((4, 1))
    ((5, 2), 255)
    """
    lines = _spread(np.asarray(image, dtype=bool), depth)
    filtered = np.zeros((lines.shape[0], lines.shape[1] + 1), np.uint8)  # filter 0: as it is
    filtered[:, 1:] = lines
    data = _packed(filtered.tobytes(), depth)
    head = struct.pack(">IIBBBBB", image.width, image.height, depth, GREY, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _packed(data: bytes, depth: int) -> bytes:
    if depth == 1:
        return bytes(deflate.zlib_compress(data, BEST_LEVEL))
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, MEMORY)
    return packer.compress(data) + packer.flush()


def _spread(white: Bools, depth: int) -> npt.NDArray[np.uint8]:
    """Lines of bytes, the first pixel in the highest bits."""
    if depth == 1:
        return np.packbits(white, axis=1)
    if depth == 8:
        return np.where(white, np.uint8(255), np.uint8(0))
    if white.shape[1] % 2:
        white = np.pad(white, ((0, 0), (0, 1)))
    levels = np.where(white, np.uint8(15), np.uint8(0))
    return (levels[:, ::2] << np.uint8(4)) | levels[:, 1::2]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
