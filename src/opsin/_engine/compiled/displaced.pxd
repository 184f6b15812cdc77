# What filters have in common that go from one displacement to the next.
from opsin._engine.runtime cimport strip_type


cdef class Displaced:
    cdef bint is_double  # which of the views of the arrays is set
    cdef const float[:, :, ::1] image4  # channels, the rows of all planes, columns
    cdef const double[:, :, ::1] image8
    cdef float[:, :, ::1] result4
    cdef double[:, :, ::1] result8
    cdef float[:, :, ::1] scratch4
    cdef double[:, :, ::1] scratch8
    cdef const Py_ssize_t[:, ::1] window  # how many rows and columns away the pixels of the window are
    cdef double share  # of the squared difference in the exponent
    # Of each tile: its first row and column in the extended image, the same in the result, its rows and its columns
    cdef const Py_ssize_t[:, ::1] tiles
    cdef Py_ssize_t first  # the tile of strip 0


# Allocate the scratch of all strips, and run a strip for each tile: `strips` at the most together.
cdef object filter_tiles(Displaced job, strip_type strip, int strips, tuple scratch_shape, double cost)
