/* Reads float32 pictures (28x28, ink 1) from image.bin until it ends and writes ten float32 logits for each to
   logits.bin. The function that answers is generated from a model by emx-onnx-cgen. */
#include <stdio.h>

void digits(const float image[restrict 1][1][28][28], float logits[restrict 1][10]);

int main(void) {
    static float image[1][1][28][28], logits[1][10];
    FILE *in = fopen("image.bin", "rb"), *out = fopen("logits.bin", "wb");
    if (!in || !out) return 1;
    while (fread(image, sizeof image, 1, in) == 1) {
        digits(image, logits);
        if (fwrite(logits, sizeof logits, 1, out) != 1) return 1;
    }
    fclose(in);
    return fclose(out) != 0;
}
