# The tiles of an image and the scratch of all workers, which the rank filters of large windows extend.
cdef class Tiles:
    cdef int itemsize
    cdef bint real  # floats, as integers of their size
    cdef Py_ssize_t rank
    cdef Py_ssize_t workers
    cdef Py_ssize_t step
    cdef Py_ssize_t length
    cdef Py_ssize_t rows  # of results in a tile
    cdef Py_ssize_t columns
    cdef Py_ssize_t pixels  # of a tile with its windows
    cdef const long long[::1] tile_sources
    cdef const long long[::1] tile_targets
    cdef const long long[:, ::1] tile_fresh
    cdef const long long[::1] line_sources
    cdef const long long[::1] row_targets
    # Of the views by item size one is set.
    cdef const unsigned char[::1] source1
    cdef const unsigned short[::1] source2
    cdef const unsigned int[::1] source4
    cdef const unsigned long long[::1] source8
    cdef unsigned char[::1] target1
    cdef unsigned short[::1] target2
    cdef unsigned int[::1] target4
    cdef unsigned long long[::1] target8
    # Of each worker: the pixels of its tile,
    cdef unsigned char[:, ::1] values1
    cdef unsigned short[:, ::1] values2
    cdef unsigned int[:, ::1] values4
    cdef unsigned long long[:, ::1] values8
    # what they are sorted by, and their positions in that order,
    cdef unsigned long long[:, ::1] keys
    cdef unsigned int[:, ::1] order
    # and the positions of the results of a row.
    cdef unsigned int[:, ::1] results


# Copy the pixels of a tile, and sort them if `sort`: return where in `order` their positions start.
cdef Py_ssize_t load_tile(Tiles job, int worker, Py_ssize_t tile, bint sort) noexcept nogil

# Write the results of a row from pixel `first`.
cdef void write_row(Tiles job, int worker, Py_ssize_t tile, Py_ssize_t row, Py_ssize_t first) noexcept nogil
