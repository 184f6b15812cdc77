# Sort n pixels of 1, 2, 4 or 8 bytes; return where in `order` their sorted positions start.
cdef Py_ssize_t sort_pixels(
    const void* values, Py_ssize_t n, int itemsize, bint real, unsigned long long* keys, unsigned int* order
) noexcept nogil
