/* Start-up for a Cortex-M7 board (MPS2 AN500 in qemu): turn on the floating-point unit, fill memory, call main, and
   report through the debugger how deep the stack went. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern uint32_t data_source[], data_start[], data_end[], bss_start[], bss_end[], end[], stack_top[];
extern void initialise_monitor_handles(void);
extern int main(void);

#define PAINT 0xA5A5A5A5u
#define HEAP_BYTES 16384 /* for the file buffers of the C library alone: the model allocates nothing */

static void report_stack(void) {
    uint32_t *deepest = end + HEAP_BYTES / 4;
    while (deepest < stack_top && *deepest == PAINT) deepest++;
    FILE *file = fopen("stack.txt", "w");
    if (!file) return;
    fprintf(file, "%lu", (unsigned long)((char *)stack_top - (char *)deepest));
    fclose(file);
}

void reset(void) {
    *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20; /* CPACR: full access to the floating-point unit */
    __asm volatile("dsb\n isb");
    for (uint32_t *from = data_source, *to = data_start; to < data_end;) *to++ = *from++;
    for (uint32_t *to = bss_start; to < bss_end;) *to++ = 0;
    for (uint32_t *to = end; to < (uint32_t *)__builtin_frame_address(0) - 64;) *to++ = PAINT;
    initialise_monitor_handles();
    int status = main();
    report_stack();
    exit(status);
}

static void stuck(void) { exit(2); }

__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    stack_top, reset, stuck, stuck, stuck, stuck, stuck,
};

/* The C library asks for these when it ends a program; there is nothing to do. */
void _init(void) {}
void _fini(void) {}
