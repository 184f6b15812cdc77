# Bytes looked up in a table of 256, many at once where the processor permutes bytes: 64 by two permutations of 128 on
# AVX-512 with VBMI. tests/uncompiled.py has the same in Python.
cdef extern from *:
    """
    #if defined(__GNUC__) && defined(__x86_64__)
    #include <immintrin.h>
    __attribute__((target("avx512f,avx512bw,avx512vbmi")))
    static Py_ssize_t opsin_permute_vectors(const unsigned char* indices, const unsigned char* table,
                                            unsigned char* target, Py_ssize_t first, Py_ssize_t last) {
        const __m512i a = _mm512_loadu_si512(table), b = _mm512_loadu_si512(table + 64),
                      c = _mm512_loadu_si512(table + 128), d = _mm512_loadu_si512(table + 192);
        for (; first + 64 <= last; first += 64) {
            const __m512i index = _mm512_loadu_si512(indices + first);
            const __m512i low = _mm512_permutex2var_epi8(a, index, b), high = _mm512_permutex2var_epi8(c, index, d);
            _mm512_storeu_si512(target + first, _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high));
        }
        return first;
    }
    #endif
    static void opsin_permute(const unsigned char* indices, const unsigned char* table, unsigned char* target,
                              Py_ssize_t first, Py_ssize_t last) {
    #if defined(__GNUC__) && defined(__x86_64__)
        if (__builtin_cpu_supports("avx512vbmi"))
            first = opsin_permute_vectors(indices, table, target, first, last);
    #endif
        for (; first < last; first++)
            target[first] = table[indices[first]];
    }
    """
    # Write the entries for the indices from `first` to before `last`.
    void permute "opsin_permute" (const unsigned char* indices, const unsigned char* table, unsigned char* target,
                                  Py_ssize_t first, Py_ssize_t last) noexcept nogil
