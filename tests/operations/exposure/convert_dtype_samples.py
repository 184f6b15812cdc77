"""Parameters for the laws."""

SAMPLES = [{"dtype": name} for name in ("uint8", "float32", "int16", "bool", "uint64")]
