/* Memory for large results that is kept for the next one, as a memory handler of NumPy (NEP 49).

   The system zeroes every fresh page, which takes longer than most filters; a block that was just freed costs nothing.
   glibc's malloc keeps freed blocks below 32 MB itself, but gives them up when other large arrays are freed beside them,
   so the handler is for results from MEMORY_LARGE up. Arrays own their data as usual and hold this handler, so a block
   comes back here whoever drops the array. Kept are the last MEMORY_BLOCKS blocks freed, at most MEMORY_KEPT bytes in
   all; meanwhile the system may take the pages of those from MEMORY_LENT up under memory pressure (MADV_FREE). */
#ifndef OPSIN_MEMORY_H
#define OPSIN_MEMORY_H
#include <numpy/ndarraytypes.h>

#define MEMORY_LARGE ((size_t)12 << 20)

#if defined(__linux__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define MEMORY_HAS_CACHE 1
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define MEMORY_BLOCKS 4
#define MEMORY_KEPT ((size_t)256 << 20)
#define MEMORY_LENT ((size_t)32 << 20) /* telling the system so costs time, which smaller blocks do not gain */
#define MEMORY_HUGE_PAGE ((size_t)2 << 20)
#define MEMORY_HEADER ((size_t)64) /* in front of the data, which is aligned to as much */

typedef struct { size_t size; } memory_block; /* of the mapping, this header included */

static struct {
    pthread_mutex_t lock;
    memory_block *blocks[MEMORY_BLOCKS]; /* the last one freed first */
    int count;
    size_t bytes;
} memory_cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

static memory_block *memory_of(void *data) { return (memory_block *)((char *)data - MEMORY_HEADER); }

/* Map a block that starts at a huge page. */
static memory_block *memory_map(size_t size) {
    char *wide = mmap(0, size + MEMORY_HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (wide == MAP_FAILED) return 0;
    char *start = (char *)(((uintptr_t)wide + MEMORY_HUGE_PAGE - 1) & ~(MEMORY_HUGE_PAGE - 1));
    if (start > wide) munmap(wide, start - wide);
    if (wide + MEMORY_HUGE_PAGE > start) munmap(start + size, wide + MEMORY_HUGE_PAGE - start);
    madvise(start, size, MADV_HUGEPAGE);
    memory_block *block = (memory_block *)start;
    block->size = size;
    return block;
}

/* Take the smallest kept block that has `size` bytes and at most an eighth more. */
static memory_block *memory_take(size_t size) {
    memory_block *found = 0;
    int best = -1;
    pthread_mutex_lock(&memory_cache.lock);
    for (int i = 0; i < memory_cache.count; i++) {
        size_t has = memory_cache.blocks[i]->size;
        if (has >= size && has - size <= size / 8 && (best < 0 || has < memory_cache.blocks[best]->size)) best = i;
    }
    if (best >= 0) {
        found = memory_cache.blocks[best];
        memory_cache.count--;
        memory_cache.bytes -= found->size;
        memmove(memory_cache.blocks + best, memory_cache.blocks + best + 1,
                (memory_cache.count - best) * sizeof *memory_cache.blocks);
    }
    pthread_mutex_unlock(&memory_cache.lock);
    return found;
}

static void memory_keep(memory_block *block) {
    memory_block *surplus[MEMORY_BLOCKS + 1];
    int count = 0;
    /* Not the first page, which has the header, and no part of a huge page, which would split it. */
    size_t whole = block->size / MEMORY_HUGE_PAGE * MEMORY_HUGE_PAGE;
    if (block->size >= MEMORY_LENT) madvise((char *)block + MEMORY_HUGE_PAGE, whole - MEMORY_HUGE_PAGE, MADV_FREE);
    pthread_mutex_lock(&memory_cache.lock);
    while (memory_cache.count && (memory_cache.count == MEMORY_BLOCKS || memory_cache.bytes + block->size > MEMORY_KEPT)) {
        surplus[count] = memory_cache.blocks[--memory_cache.count];
        memory_cache.bytes -= surplus[count++]->size;
    }
    memmove(memory_cache.blocks + 1, memory_cache.blocks, memory_cache.count * sizeof *memory_cache.blocks);
    memory_cache.blocks[0] = block;
    memory_cache.count++;
    memory_cache.bytes += block->size;
    pthread_mutex_unlock(&memory_cache.lock);
    while (count--) munmap(surplus[count], surplus[count]->size);
}

static void *memory_malloc(void *context, size_t size) {
    (void)context;
    if (size > SIZE_MAX / 2) return 0;
    size = (size + MEMORY_HEADER + MEMORY_HUGE_PAGE - 1) & ~(MEMORY_HUGE_PAGE - 1);
    memory_block *block = memory_take(size);
    if (!block) block = memory_map(size);
    return block ? (char *)block + MEMORY_HEADER : 0;
}

static void memory_free(void *context, void *data, size_t size) {
    (void)context, (void)size;
    if (!data) return;
    memory_block *block = memory_of(data);
    if (block->size < MEMORY_LARGE || block->size > MEMORY_KEPT)
        munmap(block, block->size);
    else
        memory_keep(block);
}

static void *memory_calloc(void *context, size_t count, size_t each) {
    if (each && count > SIZE_MAX / each) return 0;
    void *data = memory_malloc(context, count * each);
    return data ? memset(data, 0, count * each) : 0;
}

/* For the method `resize` of arrays. */
static void *memory_realloc(void *context, void *data, size_t size) {
    if (!data) return memory_malloc(context, size);
    void *other = memory_malloc(context, size);
    if (!other) return 0;
    size_t room = memory_of(data)->size - MEMORY_HEADER;
    memcpy(other, data, size < room ? size : room);
    memory_free(context, data, room);
    return other;
}

/* Give all kept blocks back to the system. */
static void memory_release(void) {
    memory_block *blocks[MEMORY_BLOCKS];
    pthread_mutex_lock(&memory_cache.lock);
    int count = memory_cache.count;
    memcpy(blocks, memory_cache.blocks, sizeof blocks);
    memory_cache.count = 0;
    memory_cache.bytes = 0;
    pthread_mutex_unlock(&memory_cache.lock);
    while (count--) munmap(blocks[count], blocks[count]->size);
}

/* Pages that parent and child share cost more to write than fresh ones. */
static void memory_before_fork(void) {
    memory_release();
    pthread_mutex_lock(&memory_cache.lock);
}
static void memory_after_fork_in_parent(void) { pthread_mutex_unlock(&memory_cache.lock); }
static void memory_after_fork_in_child(void) { pthread_mutex_init(&memory_cache.lock, 0); }

static int memory_start(void) {
    return pthread_atfork(memory_before_fork, memory_after_fork_in_parent, memory_after_fork_in_child);
}

static PyDataMem_Handler memory_handler = {
    "opsin_results", 1, {0, memory_malloc, memory_calloc, memory_realloc, memory_free}};

static int memory_kept_blocks(void) {
    pthread_mutex_lock(&memory_cache.lock);
    int count = memory_cache.count;
    pthread_mutex_unlock(&memory_cache.lock);
    return count;
}
#else
#define MEMORY_HAS_CACHE 0
static PyDataMem_Handler memory_handler;
static int memory_start(void) { return 0; }
static int memory_kept_blocks(void) { return 0; }
#endif
#endif
