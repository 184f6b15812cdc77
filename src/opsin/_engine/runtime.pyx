# cython: language_level=3, cdivision=True
"""The compiled kernels, called with NumPy arrays of any strides.

There is one copy of Halide's runtime and one thread pool (``pool.h``) for all
of opsin: compiled code hands its strips to ``parallel_for`` of this module.
"""

import os
import threading

import numpy

cimport cython
cimport numpy
from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_INCREF
from libc.limits cimport INT_MAX
from libc.math cimport INFINITY, ceil
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport llabs
from libc.string cimport strncpy

numpy.import_array()


cdef extern from "kernel_table.h" nogil:
    struct halide_type_t:
        uint8_t code
        uint8_t bits
        uint16_t lanes

    ctypedef struct halide_dimension_t:
        int32_t min
        int32_t extent
        int32_t stride
        unsigned int flags

    ctypedef struct halide_buffer_t:
        uint64_t device
        void* device_interface
        uint8_t* host
        uint64_t flags
        halide_type_t type
        int32_t dimensions
        halide_dimension_t* dim
        void* padding

    struct halide_filter_argument_t:
        const char* name
        int32_t kind
        int32_t dimensions
        halide_type_t type

    struct halide_filter_metadata_t:
        int32_t num_arguments
        const halide_filter_argument_t* arguments

    ctypedef int (*opsin_function)(void**) noexcept nogil
    ctypedef const halide_filter_metadata_t* (*opsin_description)() noexcept nogil

    int OPSIN_TIERS
    ctypedef struct opsin_kernel:
        const char* name
        double nanoseconds
        opsin_function* tiers
        opsin_description metadata

    const opsin_kernel* opsin_kernels
    const char** opsin_tier_names
    int opsin_tier_present(int) noexcept

    int halide_argument_kind_input_scalar
    int halide_argument_kind_output_buffer
    int halide_type_int
    int halide_type_uint
    int halide_type_float
    int halide_error_code_bad_type
    int halide_error_code_bad_dimensions
    int halide_error_code_out_of_memory

    ctypedef int (*halide_task_t)(void*, int, uint8_t*) noexcept nogil
    ctypedef int (*halide_do_par_for_t)(void*, halide_task_t, int, int, uint8_t*) noexcept nogil
    ctypedef void (*halide_error_handler_t)(void*, const char*) noexcept nogil
    ctypedef void* (*halide_malloc_t)(void*, size_t) noexcept nogil
    ctypedef void (*halide_free_t)(void*, void*) noexcept nogil
    halide_do_par_for_t halide_set_custom_do_par_for(halide_do_par_for_t)
    halide_malloc_t halide_set_custom_malloc(halide_malloc_t)
    halide_free_t halide_set_custom_free(halide_free_t)
    halide_error_handler_t halide_set_error_handler(halide_error_handler_t)


cdef extern from "pool.h" nogil:
    enum:
        POOL_SERIAL
        POOL_SPINNING
        POOL_POLL

    ctypedef int atomic_int

    ctypedef struct pool_call:
        int stopped

    ctypedef struct pool_state:
        int sharing

    struct pool_settings:
        int wanted

    pool_settings pool
    pool_state pool_thread
    atomic_int* pool_stop
    int pool_is_asked(atomic_int*)
    void pool_ask(atomic_int*)
    long long pool_coarse_now()
    pool_state pool_begin_call(pool_call*, int, int)
    void pool_end_call(pool_state)
    int pool_for(void*, halide_task_t, int, int, uint8_t*)
    void pool_set_threads(int)
    int pool_start(int (*)() noexcept nogil)


cdef extern from "scratch.h" nogil:
    bint SCRATCH_HAS_CACHE
    void* scratch_malloc(void*, size_t)
    void scratch_free(void*, void*)


cdef extern from "scratch.h":
    int scratch_start()


cdef extern from "Python.h" nogil:
    unsigned long PyThread_get_thread_ident()


cdef extern from "Python.h":
    int check_signals "PyErr_CheckSignals"() noexcept


cdef extern from "memory.h":
    ctypedef struct PyDataMem_Handler:
        pass

    bint MEMORY_HAS_CACHE
    size_t MEMORY_LARGE
    PyDataMem_Handler memory_handler
    int memory_start()
    int memory_kept_blocks()


cdef extern from "numpy/arrayobject.h":
    object PyDataMem_SetHandler(object)
    object PyArray_Empty(int, numpy.npy_intp*, numpy.dtype, int)  # takes over a reference to the dtype


cdef extern from * nogil:
    """
    static _Thread_local char opsin_last_error[512];
    """
    char* opsin_last_error


cdef enum:
    MAX_ARGUMENTS = 24
    MAX_DIMENSIONS = 5
    MAX_LOOPS = 32

# Nanoseconds of work on one thread. Sharing it with a worker that spins costs about 2000, waking one 20,000 and more.
cdef double SHARED_FROM = 6_000
cdef double WAKING_FROM = 60_000
cdef double NESTED_FROM = 200_000
cdef double TASK = 20_000

cdef int current_tier = 0
cdef unsigned long main_thread = threading.main_thread().ident
cdef long long last_poll = 0


cdef void keep_error(void* context, const char* message) noexcept nogil:
    strncpy(opsin_last_error, message, 511)


cdef int poll_signals() noexcept with gil:
    """Run the handlers of signals that have come. The exception of one stays set, and the result is not 0."""
    return check_signals()


cdef inline bint on_main_thread() noexcept nogil:
    return PyThread_get_thread_ident() == main_thread


cdef inline int sharing_of(double work) noexcept nogil:
    """Return how the pool should share loops of `work` nanoseconds."""
    if work < SHARED_FROM:
        return POOL_SERIAL
    if work < WAKING_FROM:
        return POOL_SPINNING
    return <int> min(work / (WAKING_FROM / 2), pool.wanted)


cdef struct Strips:
    strip_type strip
    void* job


cdef int run_strip(void* context, int number, uint8_t* closure) noexcept nogil:
    cdef Strips* strips = <Strips*> closure
    strips.strip(strips.job, number)
    return 0


cdef int parallel_for(strip_type strip, int count, object job, double cost) except -1:
    cdef pool_call call
    cdef pool_state outer
    cdef Strips strips
    cdef int code
    strips.strip = strip
    strips.job = <void*> job
    with nogil:
        outer = pool_begin_call(&call, on_main_thread(), sharing_of(cost))
        code = pool_for(NULL, run_strip, 0, count, <uint8_t*> &strips)
        pool_end_call(outer)
    if code != 0:
        raise_stopped(&call)
    return 0


cdef int raise_stopped(pool_call* call) except -1:
    """Let the exception of the signal's handler through that stopped a call, or raise Stopped."""
    if pool_is_asked(pool_stop):
        raise Stopped
    if call.stopped:
        return -1
    raise RuntimeError("the process was forked by the handler of a signal, inside a call that the child cannot finish.")


class Stopped(BaseException):
    """Another thread stopped what this one does."""


@cython.final
cdef class Stop:
    """Stops the calls of a thread from another one."""

    cdef atomic_int asked

    def ask(self):
        """Stop the calls of the thread that heeds this object."""
        pool_ask(&self.asked)

    @property
    def is_asked(self):
        """Whether it has been asked for."""
        return pool_is_asked(&self.asked) != 0


def heed(Stop stop):
    """Let the calls of this thread be stopped by an object that outlives them, or by none any more."""
    global pool_stop
    pool_stop = NULL if stop is None else &stop.asked


cpdef int poll() except -1 nogil:
    global last_poll
    cdef long long now
    if pool_is_asked(pool_stop):
        with gil:
            raise Stopped
    if not on_main_thread():
        return 0
    now = pool_coarse_now()
    if now - last_poll < POOL_POLL:
        return 0
    last_poll = now
    with gil:
        PyErr_CheckSignals()
    return 0


cdef union Scalar:
    int8_t i8
    int16_t i16
    int32_t i32
    int64_t i64
    uint8_t u8
    uint16_t u16
    uint32_t u32
    uint64_t u64
    float f32
    double f64


cdef struct Argument:
    halide_buffer_t buffer
    halide_dimension_t dimensions[MAX_DIMENSIONS]
    Scalar scalar


@cython.final
cdef class Kernel:
    """One row of the catalog. Called, it takes all its arguments in order, the output last."""

    cdef const opsin_kernel* row
    cdef const halide_filter_metadata_t* about
    cdef Bound unbound

    @property
    def name(self):
        """The row's name in the catalog."""
        return self.row.name.decode()

    @property
    def parameters(self):
        """The names of the arguments, in order."""
        return tuple([self.about.arguments[i].name.decode() for i in range(self.about.num_arguments)])

    @property
    def dimensions(self):
        """The number of dimensions of each argument, 0 for numbers."""
        return tuple([self.about.arguments[i].dimensions for i in range(self.about.num_arguments)])

    def __call__(self, *args):
        if len(args) != self.about.num_arguments:
            raise TypeError(
                f"kernel {self.name} takes {self.about.num_arguments} arguments {self.parameters}; got {len(args)}."
            )
        if self.unbound is None:
            self.unbound = bind(self, *[None] * len(args))
        run_bound(self.unbound, args)


@cython.final
cdef class Bound:
    """A kernel with those of its arguments that do not depend on the image.

    It does not change once it is made, so threads may run it at the same time.
    """

    cdef Kernel kernel
    cdef tuple tables  # keeps the memory of the bound arrays
    cdef Argument* arguments
    cdef int missing
    cdef int positions[MAX_ARGUMENTS]  # of the missing arguments
    cdef void* argv[MAX_ARGUMENTS]
    cdef double nanoseconds

    def __dealloc__(self):
        PyMem_Free(self.arguments)

    @property
    def of_kernel(self):
        """The kernel."""
        return self.kernel

    @property
    def bound_arguments(self):
        """All arguments in order; None for those that are given at run."""
        return self.tables


def bind(Kernel kernel not None, *arguments, cost=None):
    """Return `kernel` with its arguments in order, for ``run``.

    Parameters
    ----------
    kernel : Kernel
    *arguments
        Numbers and arrays, which must not be changed afterwards. None stands
        for an argument that is given at run; the outputs always are.
    cost : float, optional
        The nanoseconds that one element of the output takes on one thread, if
        it is not what the catalog says.
    """
    cdef Bound bound = Bound.__new__(Bound)
    cdef const halide_filter_argument_t* argument
    cdef int i, count = kernel.about.num_arguments
    if len(arguments) != count:
        raise TypeError(f"kernel {kernel.name} takes {count} arguments {kernel.parameters}; got {len(arguments)}.")
    bound.kernel, bound.tables = kernel, arguments
    bound.nanoseconds = kernel.row.nanoseconds if cost is None else cost
    bound.arguments = <Argument*> PyMem_Calloc(count, sizeof(Argument))
    if bound.arguments == NULL:
        raise MemoryError()
    for i in range(count):
        argument = &kernel.about.arguments[i]
        if arguments[i] is None:
            bound.positions[bound.missing] = i
            bound.missing += 1
        elif argument.kind == halide_argument_kind_input_scalar:
            fill_scalar(&bound.arguments[i].scalar, argument, arguments[i])
            bound.argv[i] = &bound.arguments[i].scalar
        elif argument.kind == halide_argument_kind_output_buffer:
            raise TypeError(f"kernel {kernel.name}: {argument.name.decode()} is an output, which is given at run.")
        else:
            if describe(&bound.arguments[i], argument, arguments[i]):
                refuse_dimensions(argument, arguments[i])
            bound.argv[i] = &bound.arguments[i].buffer
    return bound


def run(Bound bound not None, *arrays):
    """Run a bound kernel with the arguments that are missing.

    The last axes of each array are the kernel's. Leading axes are loops, whose
    lengths are broadcast against each other as in NumPy; the outputs must have
    the full shape of the loops.
    """
    run_bound(bound, arrays)


cdef struct Call:
    opsin_function function
    void** argv
    int count
    Argument* given
    int arrays
    int positions[MAX_ARGUMENTS]  # of the arrays in argv
    int sources[MAX_ARGUMENTS]  # of the arrays in given
    int axes
    long long shape[MAX_LOOPS]
    long long strides[MAX_ARGUMENTS][MAX_LOOPS]
    long long iterations
    long long per_task
    int sharing  # of the loops in the kernel


cdef int run_bound(Bound bound, tuple arrays) except -1:
    cdef Call call
    cdef void* argv[MAX_ARGUMENTS]
    cdef Argument given[MAX_ARGUMENTS]
    cdef int leading[MAX_ARGUMENTS]
    cdef const halide_filter_argument_t* argument
    cdef int i, j, k, code
    cdef long long elements = 1
    cdef double each, work
    cdef pool_call pooled
    cdef pool_state outer
    if len(arrays) != bound.missing:
        missing = ", ".join([bound.kernel.parameters[bound.positions[k]] for k in range(bound.missing)])
        raise TypeError(f"kernel {bound.kernel.name} lacks {missing}; got {len(arrays)} arguments.")
    call.count = bound.kernel.about.num_arguments
    call.axes = call.arrays = 0
    call.iterations = 1
    for i in range(call.count):
        argv[i] = bound.argv[i]
    for k in range(bound.missing):
        i = bound.positions[k]
        argument = &bound.kernel.about.arguments[i]
        value = arrays[k]
        if argument.kind == halide_argument_kind_input_scalar:
            fill_scalar(&given[k].scalar, argument, value)
            argv[i] = &given[k].scalar
            continue
        leading[k] = describe(&given[k], argument, value)
        argv[i] = &given[k].buffer
        call.positions[call.arrays] = i
        call.sources[call.arrays] = k
        call.arrays += 1
        if leading[k] > call.axes:
            call.axes = leading[k]
        if argument.kind == halide_argument_kind_output_buffer:
            elements = 1
            for j in range(given[k].buffer.dimensions):
                elements *= given[k].dimensions[j].extent
    call.function = bound.kernel.row.tiers[current_tier]
    if call.axes:
        broadcast_loops(bound, arrays, leading, &call)
    if elements * call.iterations == 0:
        return 0
    each = bound.nanoseconds * elements
    if each == 0:  # unknown
        each = WAKING_FROM * max(1, pool.wanted)
    work = each * call.iterations
    opsin_last_error[0] = 0
    with nogil:
        outer = pool_begin_call(&pooled, on_main_thread(), sharing_of(work))
        if call.iterations == 1:
            code = call.function(argv)
        else:
            call.argv, call.given = argv, given
            # Tasks of some length, and not more of them than the pool can count.
            call.per_task = <long long> max(1, TASK / each, ceil(<double> call.iterations / INT_MAX))
            call.sharing = sharing_of(each) if each >= NESTED_FROM else POOL_SERIAL
            code = pool_for(
                NULL, run_iterations, 0, <int> ((call.iterations + call.per_task - 1) // call.per_task), <uint8_t*> &call
            )
        pool_end_call(outer)
    if code != 0:
        if pooled.stopped:
            raise_stopped(&pooled)
        raise_error(bound.kernel.name, code)
    return 0


cdef int broadcast_loops(Bound bound, tuple arrays, int* leading, Call* call) except -1:
    """Fill the shape and the strides of the loops."""
    cdef const halide_filter_argument_t* argument
    cdef numpy.ndarray array
    cdef int j, k, axis, own
    cdef long long length
    if call.axes > MAX_LOOPS:
        raise ValueError(f"kernel {bound.kernel.name}: at most {MAX_LOOPS} leading axes; got {call.axes}.")
    for axis in range(call.axes):
        call.shape[axis] = 1
    for j in range(call.arrays):
        k = call.sources[j]
        array = arrays[k]
        for axis in range(call.axes):
            own = axis - (call.axes - leading[k])
            length = 1 if own < 0 else numpy.PyArray_DIM(array, own)
            call.strides[j][axis] = 0 if length == 1 else numpy.PyArray_STRIDE(array, own)
            if length != 1:
                if call.shape[axis] != 1 and call.shape[axis] != length:
                    raise ValueError(
                        f"kernel {bound.kernel.name}: leading axes do not fit together: "
                        f"{', '.join([str(a.shape) for a in arrays if isinstance(a, numpy.ndarray)])}."
                    )
                call.shape[axis] = length
    for j in range(call.arrays):
        argument = &bound.kernel.about.arguments[call.positions[j]]
        if argument.kind != halide_argument_kind_output_buffer:
            continue
        k = call.sources[j]
        array = arrays[k]
        for axis in range(call.axes):
            own = axis - (call.axes - leading[k])
            if (1 if own < 0 else numpy.PyArray_DIM(array, own)) != call.shape[axis]:
                raise ValueError(
                    f"kernel {bound.kernel.name}: {argument.name.decode()} must have the leading shape "
                    f"{tuple([call.shape[i] for i in range(call.axes)])}; got the shape {arrays[k].shape}."
                )
    for axis in range(call.axes):
        call.iterations *= call.shape[axis]
    return 0


cdef int run_iterations(void* context, int number, uint8_t* closure) noexcept nogil:
    """Run the kernel for the iterations of one task, the last axis of the loops fastest."""
    global pool_thread
    cdef Call* call = <Call*> closure
    cdef void* argv[MAX_ARGUMENTS]
    cdef halide_buffer_t buffers[MAX_ARGUMENTS]
    cdef long long position[MAX_LOOPS]
    cdef long long iteration = number * call.per_task, rest = iteration
    cdef long long last = min(iteration + call.per_task, call.iterations)
    cdef int i, j, axis, code
    pool_thread.sharing = call.sharing
    for i in range(call.count):
        argv[i] = call.argv[i]
    for j in range(call.arrays):
        buffers[j] = call.given[call.sources[j]].buffer
        argv[call.positions[j]] = &buffers[j]
    for axis in range(call.axes - 1, -1, -1):
        position[axis] = rest % call.shape[axis]
        rest //= call.shape[axis]
        for j in range(call.arrays):
            buffers[j].host += position[axis] * call.strides[j][axis]
    while True:
        code = call.function(argv)
        iteration += 1
        if code != 0 or iteration == last:
            return code
        axis = call.axes - 1
        while position[axis] == call.shape[axis] - 1:
            for j in range(call.arrays):
                buffers[j].host -= position[axis] * call.strides[j][axis]
            position[axis] = 0
            axis -= 1
        position[axis] += 1
        for j in range(call.arrays):
            buffers[j].host += call.strides[j][axis]


cdef int fill_scalar(Scalar* scalar, const halide_filter_argument_t* argument, object value) except -1:
    cdef int code = argument.type.code, bits = argument.type.bits
    if code == halide_type_float:
        if bits == 32:
            scalar.f32 = value
        else:
            scalar.f64 = value
    elif code == halide_type_int:
        if bits == 8:
            scalar.i8 = value
        elif bits == 16:
            scalar.i16 = value
        elif bits == 32:
            scalar.i32 = value
        else:
            scalar.i64 = value
    elif bits <= 8:
        scalar.u8 = value
    elif bits == 16:
        scalar.u16 = value
    elif bits == 32:
        scalar.u32 = value
    else:
        scalar.u64 = value
    return 0


cdef int describe(Argument* into, const halide_filter_argument_t* argument, object value) except -1:
    """Describe the last axes of an array to Halide, whose first axis is the last; return the number of leading axes."""
    cdef numpy.ndarray array
    cdef int k, axis, code, leading
    cdef long long length, stride, size, dense = 1
    if not isinstance(value, numpy.ndarray):
        raise TypeError(f"{argument.name.decode()} must be an array; got {type(value).__name__}.")
    array = value
    leading = numpy.PyArray_NDIM(array) - argument.dimensions
    size = numpy.PyArray_ITEMSIZE(array)
    code = type_code(numpy.PyArray_TYPE(array))
    if code != argument.type.code or 8 * size != argument.type.bits or not numpy.PyArray_ISBEHAVED_RO(array):
        refuse_type(argument, array)
    if leading < 0:
        refuse_dimensions(argument, array)
    if argument.kind == halide_argument_kind_output_buffer and not numpy.PyArray_ISWRITEABLE(array):
        raise ValueError(f"{argument.name.decode()} must be writable; got a read-only array.")
    into.buffer.device = 0
    into.buffer.device_interface = NULL
    into.buffer.host = <uint8_t*> numpy.PyArray_DATA(array)
    into.buffer.flags = 0
    into.buffer.type = argument.type
    into.buffer.dimensions = argument.dimensions
    into.buffer.dim = into.dimensions
    into.buffer.padding = NULL
    for k in range(argument.dimensions):
        axis = leading + argument.dimensions - 1 - k
        length = numpy.PyArray_DIM(array, axis)
        # The stride of an axis of length 1 has no meaning, but a kernel may require that the first is 1.
        stride = dense * size if length <= 1 else numpy.PyArray_STRIDE(array, axis)
        if stride % size != 0 or length * llabs(stride // size) > INT_MAX or length * dense > INT_MAX:
            raise ValueError(
                f"{argument.name.decode()}: strides {value.strides} of a {value.dtype} array of shape "
                f"{value.shape} are beyond what a kernel can address."
            )
        dense *= max(length, 1)
        into.dimensions[k].min = 0
        into.dimensions[k].extent = <int32_t> length
        into.dimensions[k].stride = <int32_t> (stride // size)
        into.dimensions[k].flags = 0
    return leading


cdef inline int type_code(int number) noexcept nogil:
    """Return Halide's code of the kind of a NumPy dtype: bool counts as an unsigned integer of 8 bits."""
    if numpy.NPY_BOOL <= number <= numpy.NPY_ULONGLONG:
        return halide_type_int if number != numpy.NPY_BOOL and number % 2 == 1 else halide_type_uint
    if numpy.NPY_FLOAT <= number <= numpy.NPY_DOUBLE or number == numpy.NPY_FLOAT16:
        return halide_type_float
    return -1


cdef str type_name(const halide_filter_argument_t* argument):
    if argument.type.code == halide_type_float:
        return f"float{argument.type.bits}"
    return f"{'int' if argument.type.code == halide_type_int else 'uint'}{argument.type.bits}"


cdef int refuse_type(const halide_filter_argument_t* argument, object array) except -1:
    raise TypeError(
        f"{argument.name.decode()} must be an aligned {type_name(argument)} array in native byte order; "
        f"got {array.dtype.str if array.dtype.byteorder == '>' else array.dtype}."
    )


cdef int refuse_dimensions(const halide_filter_argument_t* argument, object array) except -1:
    raise TypeError(
        f"{argument.name.decode()}: the kernel takes {argument.dimensions} dimensions; got {array.ndim}."
    )


cdef int raise_error(str name, int code) except -1:
    # The message of an error on a worker stays there; all but the lack of memory are found before loops begin.
    message = f"kernel {name}: {opsin_last_error.decode(errors='replace').strip() or 'an error'} (code {code})"
    if code == halide_error_code_out_of_memory:
        raise MemoryError(message)
    if code == halide_error_code_bad_type or code == halide_error_code_bad_dimensions:
        raise TypeError(message)
    raise ValueError(message)


def empty(shape, dtype, double limit=INFINITY):
    """Return a new array without initializing its elements; large ones use memory that was freed lately (``memory.h``).

    Parameters
    ----------
    shape : tuple of int
    dtype : dtype
    limit : float
        MemoryError is raised if it would take more bytes.

    Returns
    -------
    ndarray
        It owns its data, as every array of NumPy.
    """
    cdef numpy.npy_intp lengths[MAX_LOOPS]
    cdef int axes = len(<tuple?> shape), axis
    cdef double size = (<numpy.dtype?> dtype).itemsize
    if axes > MAX_LOOPS:
        return numpy.empty(shape, dtype)
    for axis in range(axes):
        lengths[axis] = (<tuple> shape)[axis]
        size *= lengths[axis]
    if size > limit:
        raise MemoryError()
    if not MEMORY_HAS_CACHE or size < MEMORY_LARGE:
        Py_INCREF(dtype)
        return PyArray_Empty(axes, lengths, dtype, 0)
    before = PyDataMem_SetHandler(large_memory)
    try:
        Py_INCREF(dtype)
        return PyArray_Empty(axes, lengths, dtype, 0)
    finally:
        PyDataMem_SetHandler(before)


def is_real_array(value):
    """Return whether `value` is an array of real numbers that needs no conversion: aligned, in native byte order."""
    if type(value) is not numpy.ndarray:
        return False
    cdef numpy.ndarray array = value
    return numpy.PyArray_ISBEHAVED_RO(array) and type_code(numpy.PyArray_TYPE(array)) >= 0


@cython.final
cdef class Remembered:
    """A function with a cache of its results for hashable arguments (``memo.py``)."""

    cdef object function, cached

    def __init__(self, function, cached):
        self.function, self.cached = function, cached

    def __call__(self, *args):
        try:
            return self.cached(*args)
        except (TypeError, ValueError):
            # Not hashable (of a memory view a ValueError), or of a wrong type: the function raises the error that
            # names it.
            return self.function(*args)


def needed_bytes(shape, dtype, int for_index):
    """Return the bytes of an array and, for each element along an axis, of `for_index`."""
    cdef double size = (<numpy.dtype?> dtype).itemsize, along = 0, length
    for item in <tuple?> shape:
        length = item
        size *= length
        along += length
    return size + for_index * along


def kept_blocks():
    """Return how many freed blocks are kept for results."""
    return memory_kept_blocks()


def simd_tiers():
    """Return the names of the instruction sets that were built and that this machine has, least first."""
    return tuple([opsin_tier_names[i].decode() for i in range(OPSIN_TIERS) if opsin_tier_present(i)])


def simd_tier():
    """Return the name of the instruction set in use."""
    return opsin_tier_names[current_tier].decode()


def set_simd_tier(str name):
    """Use the kernels for the instruction set `name` from now on."""
    global current_tier
    present = simd_tiers()
    if name not in present:
        raise ValueError(f"this machine has kernels for {', '.join(present)}; got {name!r}.")
    for i in range(OPSIN_TIERS):
        if opsin_tier_names[i].decode() == name:
            current_tier = i


def get_num_threads():
    """Return how many threads share the work of one call."""
    return pool.wanted + 1


def set_num_threads(int count):
    """Let `count` threads share the work of one call."""
    with nogil:
        pool_set_threads(count)


def after_fork_in_child():
    """The thread that forked is the child's main thread."""
    global main_thread
    main_thread = PyThread_get_thread_ident()


cdef dict read_table():
    cdef dict found = {}
    cdef Kernel kernel
    cdef int i = 0
    while opsin_kernels[i].name != NULL:
        kernel = Kernel.__new__(Kernel)
        kernel.row = &opsin_kernels[i]
        kernel.about = kernel.row.metadata()
        if kernel.about.num_arguments > MAX_ARGUMENTS:
            raise ImportError(f"kernel {kernel.name} has {kernel.about.num_arguments} arguments")
        found[kernel.name] = kernel
        i += 1
    return found


if not simd_tiers():
    raise ImportError("opsin needs a processor with SSE4.1 (x86-64-v2), which this one lacks.")
halide_set_error_handler(keep_error)
halide_set_custom_do_par_for(pool_for)
if pool_start(poll_signals) != 0 or memory_start() != 0 or scratch_start() != 0:
    raise ImportError("there is no memory for the handlers of forks and of the ends of threads.")
if SCRATCH_HAS_CACHE:
    halide_set_custom_malloc(scratch_malloc)
    halide_set_custom_free(scratch_free)
cdef object large_memory = PyCapsule_New(&memory_handler, "mem_handler", NULL)
os.register_at_fork(after_in_child=after_fork_in_child)
KERNELS = read_table()
set_simd_tier(os.environ.get("OPSIN_SIMD") or simd_tiers()[-1])
