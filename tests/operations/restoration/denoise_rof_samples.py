"""Parameters for the laws."""

SAMPLES = [{"weight": 0.3, "tolerance": 0}, {"initial": lambda image: 0 * image}]
