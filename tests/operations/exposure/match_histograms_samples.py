"""Parameters for the laws; a function makes an array for the image that is tried."""

SAMPLES = [{"reference": lambda image: image}, {"reference": lambda image: (image / 2).astype(image.dtype)}]
