#pragma once

#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take any type behind three dots, which Swift cannot call:
// here is one function for each type that we pass.

static inline CURLcode curl_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// libcurl copies the text.
static inline CURLcode curl_easy_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

/// The list must live until the transfer is over.
static inline CURLcode curl_easy_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

/// The body of an answer, or a line of its header.
typedef size_t (*curl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode curl_easy_set_receiver(
    CURL *easy, CURLoption option, curl_receiver receiver) {
    return curl_easy_setopt(easy, option, receiver);
}

/// The body of a request.
typedef size_t (*curl_sender)(char *room, size_t size, size_t count, void *context);

static inline CURLcode curl_easy_set_sender(CURL *easy, curl_sender sender) {
    return curl_easy_setopt(easy, CURLOPT_READFUNCTION, sender);
}

/// Makes the socket for a connection, when it is known to which address.
static inline CURLcode curl_easy_set_opener(CURL *easy, curl_opensocket_callback opener) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, opener);
}

/// Sets options of a socket before it is connected.
static inline CURLcode curl_easy_set_preparer(CURL *easy, curl_sockopt_callback preparer) {
    return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, preparer);
}

/// Goes back to a place in the body of a request, when it must be sent again.
typedef int (*curl_seeker)(void *context, curl_off_t offset, int origin);

static inline CURLcode curl_easy_set_seeker(CURL *easy, curl_seeker seeker) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seeker);
}

static inline CURLcode curl_easy_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode curl_easy_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// CURLMsg keeps its result in a union, which is plainer to read from C.
static inline CURLcode curl_message_result(const CURLMsg *message) {
    return message->data.result;
}
