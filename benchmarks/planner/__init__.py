"""Trip planning over feeds that passinfo builds: do they answer what passengers ask?"""
