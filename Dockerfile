# The page in a container: docker build -t digits . && docker run --rm -p 7860:7860 digits
# With a read-only file system and one volume, and the limits that it was measured with: see docs/hosting.md.
FROM python:3.12.12-slim-bookworm

# Everything that is written goes to /state: corrections, answers kept between starts, Gradio's temporary files.
ENV DIGITS_HOST=0.0.0.0 \
    DIGITS_PORT=7860 \
    DIGITS_CACHE=/state/cache \
    DIGITS_CORRECTIONS=/state/corrections.sqlite \
    GRADIO_TEMP_DIR=/state/gradio \
    GRADIO_ANALYTICS_ENABLED=False \
    ORT_DISABLE_TELEMETRY=1 \
    HF_HOME=/state/huggingface \
    HOME=/state \
    TMPDIR=/state \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /digits
COPY requirements-demo.txt ./
RUN pip install --no-cache-dir --compile -r requirements-demo.txt \
    && useradd --uid 10001 --home-dir /state --no-create-home digits \
    && install -d -o digits -g digits -m 0700 /state

COPY app.py ./
COPY core/__init__.py \
    core/batches.py \
    core/complaints.py \
    core/decoder.py \
    core/decoders.py \
    core/drawn.py \
    core/files.py \
    core/foreign_file.py \
    core/free_axes.py \
    core/headers.py \
    core/kept_corrections.py \
    core/labels.py \
    core/layout.py \
    core/manifest.py \
    core/picture_files.py \
    core/picture_model.py \
    core/pictures.py \
    core/preparation.py \
    core/reading.py \
    core/reading_lines.py \
    core/refusals.py \
    core/session.py \
    core/sets.py \
    core/stamp.py \
    core/table_layout.py \
    core/tables.py \
    core/tags.py \
    core/text.py \
    core/verbs.py \
    core/wire.py \
    core/wording.py \
    core/
COPY demo/ demo/
COPY models/ models/
COPY data/MNIST/raw/*.gz data/MNIST/raw/
COPY data/pendigits8/ data/pendigits8/
COPY data/paper_crops/ data/paper_crops/
COPY data/optdigits/ data/optdigits/
COPY docs/records/ docs/records/

USER 10001
VOLUME /state
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['DIGITS_PORT'], timeout=4)"]
# Process 1 ignores SIGTERM unless it asks for it; Python does ask for SIGINT.
STOPSIGNAL SIGINT
CMD ["python", "app.py"]
