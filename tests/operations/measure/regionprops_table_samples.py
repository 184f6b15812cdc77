"""Parameters for the laws; a function makes an array for the image that is tried."""

SAMPLES = [
    {"properties": ("area", "bbox", "centroid"), "spacing": 0.5},
    {
        "properties": ("intensity_mean", "intensity_min", "intensity_std", "intensity_median", "centroid_weighted"),
        "intensity_image": lambda image: image.astype(float) / 3,
    },
    {"properties": ("moments_central", "inertia_tensor_eigvals", "equivalent_diameter_area")},
]
