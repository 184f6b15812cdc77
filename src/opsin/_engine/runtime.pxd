# A strip of work: gets the object that holds the work, borrowed without the GIL, and its number.
ctypedef void (*strip_type)(void* job, int number) noexcept nogil

# Run `strip` for the numbers 0 .. count - 1 without the GIL, on the pool if that is faster: `cost` estimates the
# nanoseconds of all strips on one thread. Raises KeyboardInterrupt after Ctrl-C; strips are left out then.
cdef int parallel_for(strip_type strip, int count, object job, double cost) except -1

# For long work outside of parallel_for, every now and then: raises KeyboardInterrupt after Ctrl-C. Cheap.
cpdef int poll() except -1 nogil
