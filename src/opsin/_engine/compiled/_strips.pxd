# Strips of rows, the unit of parallel work. Their number depends on the shape only, so that a result does not depend on
# the number of threads. tests/uncompiled.py has the same in Python.


# Strips of less than 65536 elements cost more to hand out than they save.
cdef inline Py_ssize_t strip_count(Py_ssize_t rows, Py_ssize_t elements) noexcept nogil:
    return max(1, min(16, rows, elements // 65536))


# The first row of a strip; of the strip after the last one, the number of rows.
cdef inline Py_ssize_t strip_start(Py_ssize_t rows, Py_ssize_t strips, Py_ssize_t number) noexcept nogil:
    return rows * number // strips
