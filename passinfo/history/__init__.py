"""History: files of matches, visits, predictions; read, write, schemas."""
