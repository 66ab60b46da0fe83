/* A sign at a stop, as a microcontroller would ask: POSIX sockets, HTTP/1.0, no memory but the buffers below.
 *
 * cc -std=c99 -Wall -Wextra -o display display.c
 * ./display 127.0.0.1 8000 STOP_ID [TIMES]
 *
 * It asks /v1/stops/STOP_ID/arrivals?limit=3, sends no Accept-Encoding (so the body comes as it is) and If-None-Match
 * (so an unchanged answer is a few bytes), and waits as long as Cache-Control or Retry-After says. JSON is read as it
 * streams by: only the fields below are looked for, so an answer may be longer than any buffer.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define LINE 256
#define FIELD 96

static char tag[80];     /* of the last answer */
static int wait_s = 5;   /* until the next tick is due */

struct reader {
    int line;            /* socket */
    char buffer[512];
    size_t at, filled;
};

static int next_byte(struct reader *from) {
    if (from->at == from->filled) {
        ssize_t got = recv(from->line, from->buffer, sizeof from->buffer, 0);
        if (got <= 0) return -1;
        from->filled = (size_t)got;
        from->at = 0;
    }
    return (unsigned char)from->buffer[from->at++];
}

static int next_line(struct reader *from, char *into) {
    size_t length = 0;
    int byte;
    while ((byte = next_byte(from)) >= 0 && byte != '\n')
        if (byte != '\r' && length + 1 < LINE) into[length++] = (char)byte;
    into[length] = '\0';
    return byte < 0 && length == 0 ? -1 : (int)length;
}

/* The rest of a JSON text whose opening quote is read; cut where it is too long, escapes left as they are. */
static void read_text(struct reader *from, char *into) {
    size_t length = 0;
    int byte, escaped = 0;
    while ((byte = next_byte(from)) >= 0 && (escaped || byte != '"')) {
        escaped = !escaped && byte == '\\';
        if (length + 1 < FIELD) into[length++] = (char)byte;
    }
    into[length] = '\0';
}

/* What follows a key and its colon, if it is a number, a word or a text. */
static void read_value(struct reader *from, char *into) {
    int byte = next_byte(from);
    size_t length = 0;
    if (byte == '"') { read_text(from, into); return; }
    while (byte >= 0 && (isalnum(byte) || byte == '-' || byte == '.')) {
        if (length + 1 < FIELD) into[length++] = (char)byte;
        byte = next_byte(from);
    }
    into[length] = '\0';
    if (from->at > 0) from->at--; /* a bracket or comma is not ours */
}

/* Shows arrivals as they stream by: keys come in the order of the API's answers, which /v1 keeps. */
static void show(struct reader *from) {
    char text[FIELD], value[FIELD], route[FIELD] = "", sign[FIELD] = "", minutes[FIELD] = "";
    int byte, coming = 0;
    while ((byte = next_byte(from)) >= 0) {
        if (byte != '"') continue;
        read_text(from, text);
        if ((byte = next_byte(from)) != ':') continue;
        if (!strcmp(text, "planned")) break;
        if (!strcmp(text, "arrivals")) coming = 1;
        if (!coming && !strcmp(text, "source")) { read_value(from, value); printf("source %s\n", value); }
        if (!coming) continue;
        if (!strcmp(text, "route_short_name")) read_value(from, route);
        else if (!strcmp(text, "headsign")) read_value(from, sign);
        else if (!strcmp(text, "minutes")) {
            read_value(from, minutes);
            printf("%-6s %-24s %s min\n", route, sign, minutes);
        }
    }
}

static int ask(const char *host, int port, const char *stop) {
    struct sockaddr_in where = {0};
    struct timeval patience = {10, 0};
    struct reader from = {0};
    char line[LINE], request[512];
    int status = 0, length;

    where.sin_family = AF_INET;
    where.sin_port = htons((unsigned short)port);
    if (inet_pton(AF_INET, host, &where.sin_addr) != 1) return -1;
    from.line = socket(AF_INET, SOCK_STREAM, 0);
    if (from.line < 0) return -1;
    setsockopt(from.line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    length = snprintf(request, sizeof request, "GET /v1/stops/%s/arrivals?limit=3 HTTP/1.0\r\nHost: %s\r\n%s%s%s\r\n",
                      stop, host, tag[0] ? "If-None-Match: " : "", tag, tag[0] ? "\r\n" : "");
    if (length < 0 || (size_t)length >= sizeof request
        || connect(from.line, (struct sockaddr *)&where, sizeof where) != 0
        || send(from.line, request, (size_t)length, 0) != length
        || next_line(&from, line) < 0 || sscanf(line, "HTTP/%*s %d", &status) != 1) {
        close(from.line);
        return -1;
    }
    while (next_line(&from, line) > 0) {
        const char *age;
        if (!strncasecmp(line, "ETag: ", 6) && strlen(line + 6) < sizeof tag) strcpy(tag, line + 6);
        if (!strncasecmp(line, "Retry-After: ", 13)) wait_s = atoi(line + 13);
        if (!strncasecmp(line, "Cache-Control: ", 15) && (age = strstr(line, "max-age="))) wait_s = atoi(age + 8);
    }
    if (status == 200) show(&from);
    else if (status == 304) puts("unchanged");
    else printf("no answer: %d\n", status);
    close(from.line);
    return status;
}

int main(int count, char **words) {
    int times = count > 4 ? atoi(words[4]) : 1, status = -1;
    if (count < 4) {
        fprintf(stderr, "usage: display ADDRESS PORT STOP_ID [TIMES]\n");
        return 2;
    }
    for (int turn = 0; turn < times; turn++) {
        if (turn) sleep(wait_s < 1 ? 1u : (unsigned)wait_s);
        status = ask(words[1], atoi(words[2]), words[3]);
        if (status < 0) puts("no answer"); /* the network comes and goes: ask again */
    }
    return status == 200 || status == 304 ? 0 : 1;
}
