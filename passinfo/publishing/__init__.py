"""Publishing: what is tracked and predicted becomes one immutable snapshot."""
