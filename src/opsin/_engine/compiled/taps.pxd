# Write the indices and the weights of the samples around a position along an axis; return how many there are.
cdef int weigh(double position, int order, int border, Py_ssize_t size, Py_ssize_t* indices, double* weights) noexcept nogil

# Return the index inside an axis that stands for any index, or -1 for the constant.
cdef Py_ssize_t bordered(Py_ssize_t index, Py_ssize_t size, int border) noexcept nogil
