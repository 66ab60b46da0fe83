"""What a screen at the stop shows, in every form: page, text, JSON, image, speech."""
