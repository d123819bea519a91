#pragma once

// libjpeg-turbo through the libjpeg interface. TurboJPEG's own hides three things a labeller needs:
// where a cut file ends (it pads with an end marker and calls the grey remainder a picture), every
// warning but the last, and the metadata. libjpeg reports its errors by longjmp, which Swift cannot
// catch, so each step of a decoding stands here as one function that returns its outcome.

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

/// What a step of a decoding came to.
enum jpeg_outcome {
    JPEG_OUTCOME_DONE,
    /// The file ended before its picture did.
    JPEG_OUTCOME_TRUNCATED,
    /// libjpeg gave up: `failure` holds its code, `message` its words.
    JPEG_OUTCOME_FAILED,
    /// The file has more scans than `maximum_scans`.
    JPEG_OUTCOME_TOO_MANY_SCANS,
};

/// One libjpeg decompressor, and what its callbacks need.
struct jpeg_reader {
    struct jpeg_decompress_struct codec;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    int maximum_scans;
    int failure;
    /// The error that ended the decoding, else the first warning, else empty.
    char message[JMSG_LENGTH_MAX];
};

static inline void jpeg_reader_on_error(j_common_ptr codec) {
    struct jpeg_reader *reader = codec->client_data;
    reader->failure = codec->err->msg_code;
    codec->err->format_message(codec, reader->message);
    longjmp(reader->escape, JPEG_OUTCOME_FAILED);
}

/// Keeps the first warning's words; levels from zero up are tracing.
static inline void jpeg_reader_on_message(j_common_ptr codec, int level) {
    struct jpeg_reader *reader = codec->client_data;
    if (level < 0 && codec->err->num_warnings++ == 0)
        codec->err->format_message(codec, reader->message);
}

static inline void jpeg_reader_on_output(j_common_ptr codec) {
    (void)codec;
}

static inline void jpeg_reader_on_progress(j_common_ptr codec) {
    struct jpeg_reader *reader = codec->client_data;
    if (reader->codec.input_scan_number > reader->maximum_scans)
        longjmp(reader->escape, JPEG_OUTCOME_TOO_MANY_SCANS);
}

static inline void jpeg_reader_on_source(j_decompress_ptr codec) {
    (void)codec;
}

/// The whole file lies in memory: wanting more means that it was cut.
static inline boolean jpeg_reader_on_end(j_decompress_ptr codec) {
    (void)codec;
    return FALSE;
}

static inline void jpeg_reader_on_skip(j_decompress_ptr codec, long count) {
    if (count <= 0) return;
    size_t left = codec->src->bytes_in_buffer;
    size_t step = (size_t)count < left ? (size_t)count : left;
    codec->src->next_input_byte += step;
    codec->src->bytes_in_buffer -= step;
}

/// Lets go of a file and of all memory that its decoding took.
static inline void jpeg_reader_close(struct jpeg_reader *reader) {
    jpeg_destroy_decompress(&reader->codec);
}

static inline void jpeg_reader_free(struct jpeg_reader *reader) {
    jpeg_reader_close(reader);
    free(reader);
}

/// A reader that refuses files of more scans than `maximum_scans`; NULL when there is no memory for
/// it.
static inline struct jpeg_reader *jpeg_reader_create(int maximum_scans) {
    struct jpeg_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return NULL;
    jpeg_std_error(&reader->errors);
    reader->errors.error_exit = jpeg_reader_on_error;
    reader->errors.emit_message = jpeg_reader_on_message;
    reader->errors.output_message = jpeg_reader_on_output;
    reader->source.init_source = jpeg_reader_on_source;
    reader->source.fill_input_buffer = jpeg_reader_on_end;
    reader->source.skip_input_data = jpeg_reader_on_skip;
    reader->source.resync_to_restart = jpeg_resync_to_restart;
    reader->source.term_source = jpeg_reader_on_source;
    reader->progress.progress_monitor = jpeg_reader_on_progress;
    reader->maximum_scans = maximum_scans;
    return reader;
}

/// Reads the headers of a file, whose decoding may take `maximum_memory` bytes beside the pixels;
/// `bytes` must stay where they are until the reader is closed.
///
/// The decompressor is made anew: an old one would lend its last file's tables to a file that lacks
/// its own, whose pixels would then depend on what was decoded before.
static inline enum jpeg_outcome jpeg_reader_open(
    struct jpeg_reader *reader, const void *bytes, size_t count, long maximum_memory) {
    struct jpeg_decompress_struct *codec = &reader->codec;
    jpeg_reader_close(reader);
    codec->err = &reader->errors;
    codec->client_data = reader;
    reader->errors.num_warnings = 0;
    reader->failure = 0;
    reader->message[0] = 0;
    int escaped = setjmp(reader->escape);
    if (escaped != 0) return (enum jpeg_outcome)escaped;
    jpeg_create_decompress(codec);
    codec->mem->max_memory_to_use = maximum_memory;
    codec->src = &reader->source;
    codec->progress = &reader->progress;
    reader->source.next_input_byte = bytes;
    reader->source.bytes_in_buffer = count;
    jpeg_save_markers(codec, JPEG_APP0 + 1, 0xFFFF);
    int found = jpeg_read_header(codec, TRUE);
    return found == JPEG_HEADER_OK ? JPEG_OUTCOME_DONE : JPEG_OUTCOME_TRUNCATED;
}

/// Works out the size of the output from the settings in `codec`.
static inline enum jpeg_outcome jpeg_reader_measure(struct jpeg_reader *reader) {
    int escaped = setjmp(reader->escape);
    if (escaped != 0) return (enum jpeg_outcome)escaped;
    jpeg_calc_output_dimensions(&reader->codec);
    return JPEG_OUTCOME_DONE;
}

/// Decodes the picture into `pixels`, which holds `output_height` rows of `stride` bytes.
static inline enum jpeg_outcome jpeg_reader_decode(
    struct jpeg_reader *reader, uint8_t *pixels, size_t stride) {
    int escaped = setjmp(reader->escape);
    if (escaped != 0) return (enum jpeg_outcome)escaped;
    struct jpeg_decompress_struct *codec = &reader->codec;
    if (!jpeg_start_decompress(codec)) return JPEG_OUTCOME_TRUNCATED;
    while (codec->output_scanline < codec->output_height) {
        JSAMPROW rows[16];
        JDIMENSION left = codec->output_height - codec->output_scanline;
        JDIMENSION wanted = left < 16 ? left : 16;
        for (JDIMENSION i = 0; i < wanted; i++)
            rows[i] = pixels + (codec->output_scanline + i) * stride;
        if (jpeg_read_scanlines(codec, rows, wanted) == 0) return JPEG_OUTCOME_TRUNCATED;
    }
    // A file that lacks only its end marker has told all it had to tell.
    (void)jpeg_finish_decompress(codec);
    return JPEG_OUTCOME_DONE;
}
