/* The one thing Nidus asks of OpenJPEG: an image in memory (ISO 15444-1) to interleaved samples in memory. */
#include "opj_includes.h"

#define EXPORT(name) __attribute__((export_name(name)))

typedef struct {
  const OPJ_BYTE *bytes;
  OPJ_SIZE_T size;
  OPJ_SIZE_T at;
} source;

/* columns, rows, components, bits a sample, 1 where signed: of the last frame that was decoded */
static OPJ_INT32 facts[5];
/* what OpenJPEG complained of last */
static char complaint[256];

static OPJ_SIZE_T read_source(void *buffer, OPJ_SIZE_T wanted, void *user) {
  source *from = user;
  OPJ_SIZE_T left = from->size - from->at;
  if (left == 0) return (OPJ_SIZE_T)-1;
  if (wanted > left) wanted = left;
  memcpy(buffer, from->bytes + from->at, wanted);
  from->at += wanted;
  return wanted;
}

static OPJ_OFF_T skip_source(OPJ_OFF_T wanted, void *user) {
  source *from = user;
  if (wanted < 0 || (OPJ_SIZE_T)wanted > from->size - from->at) return -1;
  from->at += (OPJ_SIZE_T)wanted;
  return wanted;
}

static OPJ_BOOL seek_source(OPJ_OFF_T place, void *user) {
  source *from = user;
  if (place < 0 || (OPJ_SIZE_T)place > from->size) return OPJ_FALSE;
  from->at = (OPJ_SIZE_T)place;
  return OPJ_TRUE;
}

static void complain(const char *said, void *user) {
  (void)user;
  snprintf(complaint, sizeof complaint, "%s", said);
}

/* Samples of all components side by side, in bytes, words of 16 or of 32 bits: the fewest that hold them. */
static void *interleave(const opj_image_t *image) {
  const opj_image_comp_t *first = image->comps;
  OPJ_SIZE_T count = (OPJ_SIZE_T)first->w * first->h;
  OPJ_UINT32 components = image->numcomps;
  OPJ_SIZE_T bytes = first->prec <= 8 ? 1 : first->prec <= 16 ? 2 : 4;
  void *samples = opj_malloc(count * components * bytes);
  if (!samples) {
    complain("there is no memory for this image", NULL);
    return NULL;
  }
  for (OPJ_UINT32 component = 0; component < components; component++) {
    const opj_image_comp_t *from = image->comps + component;
    if (!from->data || from->w != first->w || from->h != first->h || from->prec != first->prec ||
        from->sgnd != first->sgnd) {
      complain(from->data ? "the components differ in size or type" : "a component has no samples", NULL);
      opj_free(samples);
      return NULL;
    }
    OPJ_SIZE_T to = component;
    const OPJ_INT32 *value = from->data;
    const OPJ_INT32 *end = value + count;
    if (bytes == 1) for (; value < end; value++, to += components) ((OPJ_BYTE *)samples)[to] = (OPJ_BYTE)*value;
    else if (bytes == 2) for (; value < end; value++, to += components) ((OPJ_INT16 *)samples)[to] = (OPJ_INT16)*value;
    else for (; value < end; value++, to += components) ((OPJ_INT32 *)samples)[to] = *value;
  }
  facts[0] = (OPJ_INT32)first->w;
  facts[1] = (OPJ_INT32)first->h;
  facts[2] = (OPJ_INT32)components;
  facts[3] = (OPJ_INT32)first->prec;
  facts[4] = (OPJ_INT32)first->sgnd;
  return samples;
}

EXPORT("allocate") void *allocate(OPJ_SIZE_T size) { return opj_malloc(size); }
EXPORT("release") void release(void *memory) { opj_free(memory); }
EXPORT("facts") const OPJ_INT32 *get_facts(void) { return facts; }
EXPORT("complaint") const char *get_complaint(void) { return complaint; }

/*
 * Decodes a codestream, bare or in the boxes of a JP2 file, which may put components in another order, with this thread
 * and those that are in help(): `threads` together. Where strict is 0, one that ends early gives what there is of it.
 * Returns the samples, to be released; NULL with a complaint where there are none.
 */
EXPORT("decode") void *decode(const OPJ_BYTE *bytes, OPJ_SIZE_T size, OPJ_BOOL strict, int threads) {
  source from = {bytes, size, 0};
  opj_dparameters_t parameters;
  opj_image_t *image = NULL;
  void *samples = NULL;
  OPJ_BOOL boxed = size > 12 && memcmp(bytes, "\0\0\0\x0cjP  \r\n\x87\n", 12) == 0;
  opj_codec_t *codec = opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
  opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);
  complain("the codec gave up on damaged data", NULL);
  opj_set_default_decoder_parameters(&parameters);
  opj_set_error_handler(codec, complain, NULL);
  opj_stream_set_user_data(stream, &from, NULL);
  opj_stream_set_user_data_length(stream, size);
  opj_stream_set_read_function(stream, read_source);
  opj_stream_set_skip_function(stream, skip_source);
  opj_stream_set_seek_function(stream, seek_source);
  /* strict is the default; to ask for it anew would switch off the mending of wrong counts of tile parts */
  if (codec && stream && opj_setup_decoder(codec, &parameters) && opj_codec_set_threads(codec, threads) &&
      (strict || opj_decoder_set_strict_mode(codec, OPJ_FALSE)) && opj_read_header(stream, codec, &image) &&
      opj_decode(codec, stream, image)) {
    samples = interleave(image);
  }
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  return samples;
}

/* Of opj_clock.c, which asks the system for times that only an encoder's report would show. */
OPJ_FLOAT64 opj_clock(void) { return 0; }
