# Access to memory by address and by word, which Python has no form for. tests/uncompiled.py has the same in Python.
from cpython.buffer cimport PyBUF_STRIDED_RO, PyBuffer_Release, PyObject_GetBuffer
from libc.stdint cimport uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy


# The address of the first element of an array, which the caller keeps alive.
cdef inline void* address(object array) except? NULL:
    cdef Py_buffer view
    PyObject_GetBuffer(array, &view, PyBUF_STRIDED_RO)
    cdef void* first = view.buf
    PyBuffer_Release(&view)
    return first


# Words at any byte offset, the first byte lowest.
cdef inline unsigned int load2(const void* source, Py_ssize_t at) noexcept nogil:
    cdef uint16_t word
    memcpy(&word, <const char*> source + at, 2)
    return word


cdef inline unsigned int load4(const void* source, Py_ssize_t at) noexcept nogil:
    cdef uint32_t word
    memcpy(&word, <const char*> source + at, 4)
    return word


cdef inline unsigned long long load8(const void* source, Py_ssize_t at) noexcept nogil:
    cdef uint64_t word
    memcpy(&word, <const char*> source + at, 8)
    return word


cdef inline void store4(void* target, Py_ssize_t at, unsigned int word) noexcept nogil:
    memcpy(<char*> target + at, &word, 4)


cdef inline void store8(void* target, Py_ssize_t at, unsigned long long word) noexcept nogil:
    memcpy(<char*> target + at, &word, 8)


# Copy `count` bytes between byte offsets; a few moves where `count` is a constant.
cdef inline void copy(void* target, Py_ssize_t to, const void* source, Py_ssize_t at, Py_ssize_t count) noexcept nogil:
    memcpy(<char*> target + to, <const char*> source + at, count)
