/* Scratch memory of kernels, which each thread keeps for its next kernel.

   A kernel asks for scratch memory once for each block of rows, and malloc would take longer than the block of a small
   image. A thread keeps at most SCRATCH_BLOCKS blocks and SCRATCH_KEPT bytes, and frees them when it ends. */
#ifndef OPSIN_SCRATCH_H
#define OPSIN_SCRATCH_H
#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define SCRATCH_HAS_CACHE 0
static int scratch_start(void) { return 0; }
static void *scratch_malloc(void *context, size_t size) { (void)context, (void)size; return 0; }
static void scratch_free(void *context, void *data) { (void)context, (void)data; }
#else
#define SCRATCH_HAS_CACHE 1
#include <pthread.h>
#include <stdlib.h>

#define SCRATCH_BLOCKS 4
#define SCRATCH_KEPT ((size_t)2 << 20)
#define SCRATCH_ALIGNMENT ((size_t)128) /* of the data, and the size of the header in front of it */

typedef struct { size_t size; } scratch_block; /* the bytes behind the header */

typedef struct {
    scratch_block *blocks[SCRATCH_BLOCKS];
    size_t bytes;
    int count;
    int known; /* whether `scratch_key` has this record */
} scratch_blocks;

static _Thread_local scratch_blocks scratch_thread;
static pthread_key_t scratch_key;

static scratch_block *scratch_remove(scratch_blocks *kept, int number) {
    scratch_block *block = kept->blocks[number];
    kept->blocks[number] = kept->blocks[--kept->count];
    kept->bytes -= block->size;
    return block;
}

static void scratch_end_thread(void *record) {
    scratch_blocks *kept = record;
    while (kept->count) free(scratch_remove(kept, kept->count - 1));
    kept->known = 0;
}

/* For halide_set_custom_malloc: take the smallest kept block that is large enough. */
static void *scratch_malloc(void *context, size_t size) {
    (void)context;
    scratch_blocks *kept = &scratch_thread;
    int best = -1;
    for (int i = 0; i < kept->count; i++)
        if (kept->blocks[i]->size >= size && (best < 0 || kept->blocks[i]->size < kept->blocks[best]->size)) best = i;
    if (best >= 0) return (char *)scratch_remove(kept, best) + SCRATCH_ALIGNMENT;
    if (size > (size_t)-1 - 2 * SCRATCH_ALIGNMENT) return 0;
    size = (size + SCRATCH_ALIGNMENT - 1) & ~(SCRATCH_ALIGNMENT - 1);
    void *start;
    if (posix_memalign(&start, SCRATCH_ALIGNMENT, size + SCRATCH_ALIGNMENT)) return 0;
    ((scratch_block *)start)->size = size;
    return (char *)start + SCRATCH_ALIGNMENT;
}

/* For halide_set_custom_free. A new block takes the place of smaller ones. */
static void scratch_free(void *context, void *data) {
    (void)context;
    if (!data) return;
    scratch_blocks *kept = &scratch_thread;
    scratch_block *block = (scratch_block *)((char *)data - SCRATCH_ALIGNMENT);
    while (kept->count && (kept->count == SCRATCH_BLOCKS || kept->bytes + block->size > SCRATCH_KEPT)) {
        int least = 0;
        for (int i = 1; i < kept->count; i++)
            if (kept->blocks[i]->size < kept->blocks[least]->size) least = i;
        if (kept->blocks[least]->size >= block->size) break;
        free(scratch_remove(kept, least));
    }
    if (kept->count == SCRATCH_BLOCKS || kept->bytes + block->size > SCRATCH_KEPT ||
        (!kept->known && pthread_setspecific(scratch_key, kept))) {
        free(block);
        return;
    }
    kept->known = 1;
    kept->blocks[kept->count++] = block;
    kept->bytes += block->size;
}

static int scratch_start(void) { return pthread_key_create(&scratch_key, scratch_end_thread); }
#endif
#endif
