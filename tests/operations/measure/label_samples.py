"""Parameters for the laws."""

SAMPLES = [{"connectivity": 1}, {"background": 1, "return_num": True}]
