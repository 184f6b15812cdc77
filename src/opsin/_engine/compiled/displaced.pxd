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
    cdef const Py_ssize_t[::1] planes  # the row of the extended image that each plane of the result begins in
    cdef const Py_ssize_t[:, ::1] window  # how many rows and columns away the pixels of the window are
    cdef double share  # of the squared difference in the exponent
    cdef Py_ssize_t pad  # by how many columns the image is extended
    cdef Py_ssize_t rows  # of a plane of the result
    cdef Py_ssize_t columns
    cdef Py_ssize_t tile_rows
    cdef Py_ssize_t tile_columns
    cdef Py_ssize_t down  # tiles of a plane, one below the other
    cdef Py_ssize_t across
    cdef Py_ssize_t first  # the tile of strip 0


# Allocate the scratch of all strips, and run a strip for each tile: `strips` at the most together.
cdef object filter_tiles(Displaced job, strip_type strip, int strips, tuple scratch_shape, double cost)
