/*
 * Writes what the C library's logf, sinf or cosf gives for the arguments that the fills reach, as float32 in the order of the words:
 *
 *   gcc -O2 -fno-builtin -mfma sweepGlibc.c -lm -o sweep
 *   for f in logf sinf cosf; do for s in groups pairs; do ./sweep $s $f 1 | sha256sum; ./sweep $s $f 61 | sha256sum; done; done
 *
 * groups: the numbers that Box-Muller on groups of 16 makes of the 24 bits k of a word. pairs: those that the stateless generator makes
 * of a word w, once for every float32(w). The last argument is the step: every one, or every 61st. On a processor with fused
 * multiply-add the library has two versions of each function. The other version runs with GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static float logarithm(float u, float angle) { return logf(u); }
static float sine(float u, float angle) { return sinf(angle); }
static float cosine(float u, float angle) { return cosf(angle); }

int main(int count, char **arguments) {
  int pairs = strcmp(arguments[1], "pairs") == 0, step = atoi(arguments[3]);
  float (*f)(float, float) = arguments[2][0] == 'l' ? logarithm : arguments[2][0] == 's' ? sine : cosine;
  uint64_t end = pairs ? 1ull << 32 : (1ull << 24) - 1, number = 0;
  for (uint64_t w = 0, gap = 1; w <= end; w += gap) {
    while (w >> 24 >= gap) gap *= 2;
    if (number++ % step != 0) continue;
    volatile float u = pairs ? fmaf((float)w, 0x1p-32f, 0x1p-33f) : 1 - w * 0x1p-24f;
    volatile float angle = pairs ? 6.2831853071795864f * u : (float)(2 * M_PI * (double)(w * 0x1p-24f));
    float value = f(u, angle);
    fwrite(&value, 4, 1, stdout);
  }
  return 0;
}
