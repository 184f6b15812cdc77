# Write the indices and the weights of the samples around a position along an axis; return how many there are.
cdef int weigh(double position, int order, int border, Py_ssize_t size, Py_ssize_t* indices, double* weights) noexcept nogil
