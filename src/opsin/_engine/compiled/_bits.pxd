# Counting bits, which C leaves to the compiler. tests/uncompiled.py has the same in Python.
cdef extern from *:
    int ones "__builtin_popcountll" (unsigned long long word) noexcept nogil
    int trailing_zeros "__builtin_ctzll" (unsigned long long word) noexcept nogil
