from libc.stdint cimport uint8_t

# A strip of parallel work: gets its number and the closure, returns 0 or an error code.
ctypedef int (*task_type)(void* context, int number, uint8_t* closure) noexcept nogil

# Run `task` for the numbers 0 .. count - 1 on Halide's thread pool, or on this thread if `serial`.
cdef int parallel_for(task_type task, int count, uint8_t* closure, bint serial) noexcept nogil

# A strip of irregular work: gets the object that holds the work, borrowed without the GIL, and its number.
ctypedef void (*strip_type)(void* job, int number) noexcept nogil

# The same for irregular code: run `strip` for the numbers 0 .. count - 1, without the GIL.
cdef void for_each_strip(strip_type strip, int count, object job, bint serial)
