"""The passenger's map: our own lines as its ground, so that it needs no foreign host."""
