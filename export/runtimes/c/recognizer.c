/* Reads float32 pictures of HEIGHT x WIDTH (0 to 255) from image.bin until it ends; writes what the recogniser answers
   to each, ten probabilities, 28x28 of what it saw and a score, to answers.bin. */
#include <stdio.h>

void digits(const float image[restrict 1][1][HEIGHT][WIDTH], float probabilities[restrict 1][10],
            float seen[restrict 1][28][28], float digit_score[restrict 1]);

int main(void) {
    static float image[1][1][HEIGHT][WIDTH];
    static struct { float probabilities[1][10], seen[1][28][28], digit_score[1]; } answer;
    FILE *in = fopen("image.bin", "rb"), *out = fopen("answers.bin", "wb");
    if (!in || !out) return 1;
    while (fread(image, sizeof image, 1, in) == 1) {
        digits(image, answer.probabilities, answer.seen, answer.digit_score);
        if (fwrite(&answer, sizeof answer, 1, out) != 1) return 1;
    }
    fclose(in);
    return fclose(out) != 0;
}
