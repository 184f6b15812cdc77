# Running sums along rows of bytes, each added to the sums of the row above: shifts of a vector by 1, 2, 4 and 8 pixels
# are added to it, and the last pixel of the vector before. tests/uncompiled.py has the same in Python.
cdef extern from *:
    """
    #include <string.h>
    #define OPSIN_EACH4(f, k) f(0, k), f(1, k), f(2, k), f(3, k)
    #define OPSIN_EACH8(f, k) OPSIN_EACH4(f, k), f(4, k), f(5, k), f(6, k), f(7, k)
    #if __GNUC__ < 12 && !defined(__clang__)
    #elif defined(__AVX512F__)
    #include <immintrin.h>
    #define OPSIN_LANES 16
    #define OPSIN_EACH(f, k) OPSIN_EACH8(f, k), f(8, k), f(9, k), f(10, k), f(11, k), \
                             f(12, k), f(13, k), f(14, k), f(15, k)
    #define OPSIN_WIDENED(bytes) (opsin_words) _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*) (bytes)))
    #elif defined(__AVX2__)
    #include <immintrin.h>
    #define OPSIN_LANES 8
    #define OPSIN_EACH OPSIN_EACH8
    #define OPSIN_WIDENED(bytes) (opsin_words) _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i*) (bytes)))
    #else
    #define OPSIN_LANES 4
    #define OPSIN_EACH OPSIN_EACH4
    #define OPSIN_WIDENED(bytes) (opsin_words) {(bytes)[0], (bytes)[1], (bytes)[2], (bytes)[3]}
    #endif
    #define OPSIN_LOWER(i, k) ((i) < (k) ? 0 : OPSIN_LANES + (i) - (k))
    #define OPSIN_LAST(i, k) (OPSIN_LANES - (k) + (i) % (k))
    #define OPSIN_ADD_SHIFTED(v, k) \
        if ((k) < OPSIN_LANES) v += __builtin_shufflevector((opsin_words) {0}, v, OPSIN_EACH(OPSIN_LOWER, k))

    /* Whole vectors of so many rows, with so many channels; from the index that is returned on, nothing is written. */
    #define OPSIN_SCAN(name, channels, rows) \
    static Py_ssize_t name(const unsigned char* pixels, const unsigned* above, unsigned* sums, \
                           Py_ssize_t width) { \
        opsin_words along[rows] = {{0}}; \
        Py_ssize_t x = 0; \
        for (; x + OPSIN_LANES <= width; x += OPSIN_LANES) { \
            opsin_words sum; \
            memcpy(&sum, above + x, sizeof sum); \
            for (int row = 0; row < rows; row++) { \
                opsin_words part = OPSIN_WIDENED(pixels + row * width + x); \
                OPSIN_ADD_SHIFTED(part, channels); \
                OPSIN_ADD_SHIFTED(part, 2 * channels); \
                OPSIN_ADD_SHIFTED(part, 4 * channels); \
                OPSIN_ADD_SHIFTED(part, 8 * channels); \
                part += __builtin_shufflevector(along[row], along[row], OPSIN_EACH(OPSIN_LAST, channels)); \
                along[row] = part; \
                sum += part; \
                memcpy(sums + row * width + x, &sum, sizeof sum); \
            } \
        } \
        return x; \
    }
    #ifdef OPSIN_LANES
    typedef unsigned opsin_words __attribute__((vector_size(4 * OPSIN_LANES)));
    OPSIN_SCAN(opsin_scan_gray, 1, 1)
    OPSIN_SCAN(opsin_scan_four_gray, 1, 4)
    OPSIN_SCAN(opsin_scan_color, 3, 1)
    OPSIN_SCAN(opsin_scan_four_color, 3, 4)
    #endif

    static void opsin_scan_bytes(const unsigned char* pixels, Py_ssize_t first, const unsigned* above, Py_ssize_t before,
                                 unsigned* sums, Py_ssize_t target, Py_ssize_t rows, Py_ssize_t width,
                                 Py_ssize_t channels) {
        pixels += first, above += before, sums += target;
        for (Py_ssize_t row = 0, count; row < rows; row += count) {
            Py_ssize_t start = 0;
            count = 1;
    #ifdef OPSIN_LANES
            /* Several rows overlap the additions of each. With the widest vectors memory is the limit of long rows,
               and one stream of results is written sooner than four: 0.71 and 0.94 ms for 2048 x 2048 pixels. */
            if (rows - row >= 4 && (OPSIN_LANES < 16 || width < 2048)) {
                count = 4;
                start = (channels == 1 ? opsin_scan_four_gray : opsin_scan_four_color)(pixels, above, sums, width);
            } else
                start = (channels == 1 ? opsin_scan_gray : opsin_scan_color)(pixels, above, sums, width);
    #endif
            for (Py_ssize_t j = 0; j < count; j++, pixels += width, above = sums, sums += width)
                for (Py_ssize_t x = start; x < width; x++)
                    sums[x] = above[x] + pixels[x] + (x < channels ? 0 : sums[x - channels] - above[x - channels]);
        }
    }
    """
    # Write the sums of `rows` rows of `width` bytes, with 1 or 3 channels, below the row of sums `above`. The index of
    # the first element follows each array.
    void scan_bytes "opsin_scan_bytes" (const unsigned char* pixels, Py_ssize_t first, const unsigned* above,
                                        Py_ssize_t before, unsigned* sums, Py_ssize_t target, Py_ssize_t rows,
                                        Py_ssize_t width, Py_ssize_t channels) noexcept nogil
