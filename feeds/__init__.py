"""The feed desk: gets data in and feeds out."""
