"""The letters of images: a Latin and a Hangul font under the SIL Open Font License (OFL.txt)."""
