"""The training desk: data sets from the archive, training, scoring, artefacts."""
