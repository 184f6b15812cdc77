"""Parameters for the laws."""

SAMPLES = [{"nbins": 32}, {"mask": lambda image: image >= image.flat[0]}]
