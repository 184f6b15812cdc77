# cython: language_level=3, cdivision=True
"""The compiled kernels, called with NumPy arrays of any strides.

There is one copy of Halide's runtime, and so one thread pool, for all of
opsin: irregular code hands its strips to ``parallel_for`` of this module. A
lock that every call shares, and that changing the number of threads and
forking take alone, keeps the pool whole.
"""

import os

cimport cython
from cpython.buffer cimport PyBUF_FORMAT, PyBUF_STRIDES, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from libc.limits cimport INT_MAX, INT_MIN
from libc.stdint cimport int32_t, uint8_t, uint16_t, uint64_t
from libc.string cimport strcmp, strncpy


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
        long long serial_below
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
    halide_do_par_for_t halide_set_custom_do_par_for(halide_do_par_for_t)
    halide_error_handler_t halide_set_error_handler(halide_error_handler_t)
    int halide_default_do_par_for(void*, halide_task_t, int, int, uint8_t*)
    int halide_set_num_threads(int)
    void halide_shutdown_thread_pool()


cdef extern from * nogil:
    """
    #include <pthread.h>
    static pthread_rwlock_t opsin_pool_lock = PTHREAD_RWLOCK_INITIALIZER;
    static void opsin_pool_share(void) { pthread_rwlock_rdlock(&opsin_pool_lock); }
    static void opsin_pool_take(void) { pthread_rwlock_wrlock(&opsin_pool_lock); }
    static void opsin_pool_release(void) { pthread_rwlock_unlock(&opsin_pool_lock); }
    static void opsin_pool_renew(void) { pthread_rwlock_init(&opsin_pool_lock, 0); }
    static __thread int opsin_on_this_thread = 0;
    """
    void opsin_pool_share()
    void opsin_pool_take()
    void opsin_pool_release()
    void opsin_pool_renew()
    int opsin_on_this_thread


cdef enum:
    MAX_ARGUMENTS = 24
    MAX_DIMENSIONS = 5

cdef char last_error[1024]
cdef int current_tier = 0
cdef int threads = 1


cdef void keep_error(void* context, const char* message) noexcept nogil:
    strncpy(last_error, message, sizeof(last_error) - 1)


cdef int share_out(void* context, halide_task_t task, int first, int count, uint8_t* closure) noexcept nogil:
    """Halide's parallel loops: on the pool, or in turn where that is quicker."""
    cdef int number, code
    if count > 1 and not opsin_on_this_thread:
        return halide_default_do_par_for(context, task, first, count, closure)
    for number in range(first, first + count):
        code = task(context, number, closure)
        if code != 0:
            return code
    return 0


cdef int parallel_for(task_type task, int count, uint8_t* closure, bint serial) noexcept nogil:
    cdef int code
    cdef int before = opsin_on_this_thread
    global opsin_on_this_thread
    opsin_pool_share()
    opsin_on_this_thread = before or serial
    code = share_out(NULL, <halide_task_t> task, 0, count, closure)
    opsin_on_this_thread = before
    opsin_pool_release()
    return code


cdef struct Strips:
    strip_type strip
    void* job


cdef int run_strip(void* context, int number, uint8_t* closure) noexcept nogil:
    cdef Strips* strips = <Strips*> closure
    strips.strip(strips.job, number)
    return 0


cdef void for_each_strip(strip_type strip, int count, object job, bint serial):
    cdef Strips strips
    strips.strip = strip
    strips.job = <void*> job
    with nogil:
        parallel_for(run_strip, count, <uint8_t*> &strips, serial)


cdef union Scalar:
    int32_t i32
    uint8_t u8
    uint16_t u16
    float f32
    double f64


@cython.final
cdef class Kernel:
    """One row of the catalog, to be called with its arguments in order, the output last."""

    cdef const opsin_kernel* row
    cdef const halide_filter_metadata_t* about

    @property
    def name(self):
        """The row's name in the catalog."""
        return self.row.name.decode()

    @property
    def parameters(self):
        """The names of the arguments, in order."""
        return tuple([self.about.arguments[i].name.decode() for i in range(self.about.num_arguments)])

    def __call__(self, *args):
        cdef int count = self.about.num_arguments
        cdef int filled = 0, code = 0, i, k
        cdef long long elements = 1
        cdef void* argv[MAX_ARGUMENTS]
        cdef Scalar scalars[MAX_ARGUMENTS]
        cdef halide_buffer_t buffers[MAX_ARGUMENTS]
        cdef halide_dimension_t dimensions[MAX_ARGUMENTS * MAX_DIMENSIONS]
        cdef Py_buffer views[MAX_ARGUMENTS]
        cdef bint held[MAX_ARGUMENTS]
        cdef const halide_filter_argument_t* argument
        cdef opsin_function function = self.row.tiers[current_tier]
        global opsin_on_this_thread
        if len(args) != count:
            raise TypeError(f"kernel {self.name} takes {count} arguments {self.parameters}; got {len(args)}.")
        try:
            for i in range(count):
                argument = &self.about.arguments[i]
                if argument.kind == halide_argument_kind_input_scalar:
                    held[i] = False
                    filled = i + 1
                    fill_scalar(&scalars[i], argument, args[i])
                    argv[i] = &scalars[i]
                    continue
                fill_buffer(&buffers[i], &dimensions[i * MAX_DIMENSIONS], &views[i], argument, args[i])
                held[i] = True
                filled = i + 1
                argv[i] = &buffers[i]
                if argument.kind == halide_argument_kind_output_buffer:
                    elements = 1
                    for k in range(buffers[i].dimensions):
                        elements *= buffers[i].dim[k].extent
            with nogil:
                opsin_pool_share()
                opsin_on_this_thread = elements < self.row.serial_below
                code = function(argv)
                opsin_on_this_thread = 0
                opsin_pool_release()
        finally:
            for i in range(filled):
                if held[i]:
                    PyBuffer_Release(&views[i])
        if code != 0:
            raise_error(self.name, code)


cdef int fill_scalar(Scalar* scalar, const halide_filter_argument_t* argument, object value) except -1:
    cdef int code = argument.type.code, bits = argument.type.bits
    if code == halide_type_float:
        if bits == 32:
            scalar.f32 = value
        else:
            scalar.f64 = value
    elif bits == 32:
        scalar.i32 = value
    elif bits == 16:
        scalar.u16 = value
    else:
        scalar.u8 = value
    return 0


cdef int fill_buffer(
    halide_buffer_t* buffer,
    halide_dimension_t* dimensions,
    Py_buffer* view,
    const halide_filter_argument_t* argument,
    object array,
) except -1:
    """Describe `array` to Halide; its last axis is Halide's first."""
    cdef bint written = argument.kind == halide_argument_kind_output_buffer
    cdef int k, axis
    cdef Py_ssize_t stride
    cdef char letter
    PyObject_GetBuffer(array, view, PyBUF_STRIDES | PyBUF_FORMAT | (PyBUF_WRITABLE if written else 0))
    letter = view.format[0]
    if letter in (b'?', b'B', b'H', b'I', b'L'):
        buffer.type.code = halide_type_uint
    elif letter in (b'b', b'h', b'i', b'l'):
        buffer.type.code = halide_type_int
    elif letter in (b'e', b'f', b'd'):
        buffer.type.code = halide_type_float
    else:
        PyBuffer_Release(view)
        raise TypeError(f"{argument.name.decode()}: no kernel takes {array.dtype} arrays.")
    buffer.type.bits = <uint8_t> (8 * view.itemsize)
    buffer.type.lanes = 1
    buffer.device = 0
    buffer.device_interface = NULL
    buffer.host = <uint8_t*> view.buf
    buffer.flags = 0
    buffer.padding = NULL
    buffer.dimensions = view.ndim
    buffer.dim = dimensions
    if view.ndim != argument.dimensions:
        PyBuffer_Release(view)
        raise TypeError(
            f"{argument.name.decode()}: the kernel takes {argument.dimensions} dimensions; got {array.ndim}."
        )
    for k in range(view.ndim):
        axis = view.ndim - 1 - k
        stride = view.strides[axis] // view.itemsize
        if (
            view.shape[axis] > INT_MAX
            or not INT_MIN <= stride <= INT_MAX
            or stride * view.itemsize != view.strides[axis]
        ):
            PyBuffer_Release(view)
            raise ValueError(
                f"{argument.name.decode()}: strides {array.strides} of a {array.dtype} array of shape "
                f"{array.shape} are beyond what a kernel can address."
            )
        dimensions[k].min = 0
        dimensions[k].extent = <int32_t> view.shape[axis]
        dimensions[k].stride = <int32_t> stride
        dimensions[k].flags = 0
    return 0


cdef int raise_error(str name, int code) except -1:
    message = f"kernel {name}: {last_error.decode(errors='replace').strip()} (code {code})"
    if code == halide_error_code_out_of_memory:
        raise MemoryError(message)
    if code == halide_error_code_bad_type or code == halide_error_code_bad_dimensions:
        raise TypeError(message)
    raise ValueError(message)


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
    return threads


def set_num_threads(int count):
    """Let `count` threads share the work of one call; waits for the calls that are running."""
    global threads
    with nogil:
        opsin_pool_take()
        halide_shutdown_thread_pool()
        halide_set_num_threads(count)
        opsin_pool_release()
    threads = count


def before_fork():
    """Stop the pool, and let no call start until the fork is done."""
    with nogil:
        opsin_pool_take()
        halide_shutdown_thread_pool()


def after_fork_in_parent():
    """Let calls start again; the pool starts with the first."""
    opsin_pool_release()


def after_fork_in_child():
    """Let calls start in the child, which has no thread of the pool."""
    opsin_pool_renew()


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
halide_set_custom_do_par_for(share_out)
os.register_at_fork(
    before=before_fork, after_in_parent=after_fork_in_parent, after_in_child=after_fork_in_child
)
KERNELS = read_table()
set_simd_tier(os.environ.get("OPSIN_SIMD") or simd_tiers()[-1])
