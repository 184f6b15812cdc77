"""Parameters for the laws; the template is a part of the image."""

SAMPLES = [
    {"template": lambda image: image[tuple(slice(0, (length + 1) // 2) for length in image.shape)]},
    {"template": lambda image: image[tuple(slice(0, 1) for _ in image.shape)], "pad_input": True, "mode": "reflect"},
]
