"""The BMS: record schemas, readers with column mappings, rejects with reasons."""
