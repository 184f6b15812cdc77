# Sort keys of so many bytes; return where in `order` their positions start.
cdef Py_ssize_t sort_keys(unsigned long long[::1] keys, unsigned int[::1] order, int digits) noexcept nogil
