// Lua patterns: the documented semantics, with a price for every step.
//
// A pattern is read as it stands, without a compiled form, so that a fault in it is reported exactly when the matching
// reaches it, as scripts know it from the stock library.
// Source: Lua 5.4 Reference Manual, 6.4.1.

#define _GNU_SOURCE
#include "internal.h"

#include <ctype.h>

enum { OPEN = -1, POSITION = -2, MOST_NESTED = 200 };

#define BYTE(c) ((unsigned char)(c))

void ms_matcher_prepare(ms_matcher *m, lua_State *L, const char *text, size_t text_count, const char *pattern,
                        size_t pattern_count) {
    m->L = L;
    m->text = text;
    m->text_end = text + text_count;
    m->pattern_end = pattern + pattern_count;
    m->capture_count = 0;
    m->depth_left = MOST_NESTED;
    m->steps = 0;
}

void ms_matcher_settle(ms_matcher *m) {
    uint64_t steps = m->steps;
    m->steps = 0;
    ms_charge(m->L, steps);
}

static inline void step(ms_matcher *m) {
    if (++m->steps >= 1024) ms_matcher_settle(m);
}

// MARK: single characters

static bool is_in_class(unsigned char c, unsigned char letter) {
    bool result;
    switch (tolower(letter)) {
    case 'a': result = isalpha(c); break;
    case 'c': result = iscntrl(c); break;
    case 'd': result = isdigit(c); break;
    case 'g': result = isgraph(c); break;
    case 'l': result = islower(c); break;
    case 'p': result = ispunct(c); break;
    case 's': result = isspace(c); break;
    case 'u': result = isupper(c); break;
    case 'w': result = isalnum(c); break;
    case 'x': result = isxdigit(c); break;
    default: return c == letter;
    }
    return isupper(letter) ? !result : result;
}

// The end of the set that starts at `set` ('['): behind its ']'.
static const char *set_end(ms_matcher *m, const char *set) {
    const char *p = set + 1;
    if (*p == '^') p++;
    bool is_first = true;
    while (is_first || *p != ']') {
        if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p++ == '%') {
            // What follows is taken as it is, also a ']' or, past the end, nothing.
            if (p == m->pattern_end) luaL_error(m->L, "malformed pattern (missing ']')");
            p++;
        }
        is_first = false;
        step(m);
    }
    return p + 1;
}

// The end of the single-character item at `item`.
static const char *item_end(ms_matcher *m, const char *item) {
    if (*item == '[') return set_end(m, item);
    if (*item != '%') return item + 1;
    if (item + 1 == m->pattern_end) luaL_error(m->L, "malformed pattern (ends with '%%')");
    return item + 2;
}

// `last` is the ']' of the set.
static bool is_in_set(ms_matcher *m, unsigned char c, const char *set, const char *last) {
    bool found = true;
    const char *p = set + 1;
    if (*p == '^') {
        found = false;
        p++;
    }
    while (p < last) {
        step(m);
        if (*p == '%') {
            if (is_in_class(c, BYTE(p[1]))) return found;
            p += 2;
        } else if (p[1] == '-' && p + 2 < last) {
            if (BYTE(p[0]) <= c && c <= BYTE(p[2])) return found;
            p += 3;
        } else {
            if (BYTE(*p) == c) return found;
            p++;
        }
    }
    return !found;
}

static bool fits(ms_matcher *m, const char *text, const char *item, const char *end) {
    step(m);
    if (text >= m->text_end) return false;
    unsigned char c = BYTE(*text);
    switch (*item) {
    case '.': return true;
    case '%': return is_in_class(c, BYTE(item[1]));
    case '[': return is_in_set(m, c, item, end - 1);
    default: return BYTE(*item) == c;
    }
}

// MARK: items that are more than one character

static const char *balanced(ms_matcher *m, const char *text, const char *item) {
    if (item + 3 >= m->pattern_end) luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    char open = item[2], close = item[3];
    if (text >= m->text_end || *text != open) return NULL;
    size_t depth = 1;
    for (text++; text < m->text_end; text++) {
        step(m);
        if (*text == close) {
            if (--depth == 0) return text + 1;
        } else if (*text == open) {
            depth++;
        }
    }
    return NULL;
}

static const char *repeated_capture(ms_matcher *m, const char *text, char digit) {
    int index = digit - '1';
    if (index < 0 || index >= m->capture_count || m->captures[index].length == OPEN)
        luaL_error(m->L, "invalid capture index %%%d", index + 1);
    ms_capture *capture = &m->captures[index];
    // The place of a position capture is no text: nothing repeats it.
    if (capture->length == POSITION || m->text_end - text < capture->length) return NULL;
    m->steps += (uint64_t)capture->length / 16;
    step(m);
    if (memcmp(capture->start, text, (size_t)capture->length) != 0) return NULL;
    return text + capture->length;
}

static bool is_frontier(ms_matcher *m, const char *text, const char *set, const char *end) {
    unsigned char before = text == m->text ? 0 : BYTE(text[-1]);
    unsigned char after = text == m->text_end ? 0 : BYTE(*text);
    return !is_in_set(m, before, set, end - 1) && is_in_set(m, after, set, end - 1);
}

// MARK: captures

static const char *open_capture(ms_matcher *m, const char *text, const char *rest, ptrdiff_t kind) {
    if (m->capture_count >= MS_CAPTURES) luaL_error(m->L, "too many captures");
    m->captures[m->capture_count++] = (ms_capture){text, kind};
    const char *end = ms_match_at(m, text, rest);
    if (end == NULL) m->capture_count--;
    return end;
}

static const char *close_capture(ms_matcher *m, const char *text, const char *rest) {
    int index = m->capture_count - 1;
    while (index >= 0 && m->captures[index].length != OPEN) index--;
    if (index < 0) luaL_error(m->L, "invalid pattern capture");
    ms_capture *capture = &m->captures[index];
    capture->length = text - capture->start;
    const char *end = ms_match_at(m, text, rest);
    if (end == NULL) capture->length = OPEN;
    return end;
}

// MARK: repetition

static const char *match_longest(ms_matcher *m, const char *text, const char *item, const char *end) {
    ptrdiff_t count = 0;
    while (fits(m, text + count, item, end)) count++;
    for (; count >= 0; count--) {
        const char *result = ms_match_at(m, text + count, end + 1);
        if (result != NULL) return result;
    }
    return NULL;
}

static const char *match_shortest(ms_matcher *m, const char *text, const char *item, const char *end) {
    for (;;) {
        const char *result = ms_match_at(m, text, end + 1);
        if (result != NULL) return result;
        if (!fits(m, text, item, end)) return NULL;
        text++;
    }
}

// MARK: the matcher

typedef enum { GO_ON, FINISHED } progress;

// One item with its repetition mark; moves both cursors on, or finishes with `*text` as the result.
static progress match_item(ms_matcher *m, const char **text, const char **pattern) {
    const char *item = *pattern;
    const char *end = item_end(m, item);
    switch (end < m->pattern_end ? *end : 0) {
    case '?':
        if (fits(m, *text, item, end)) {
            const char *result = ms_match_at(m, *text + 1, end + 1);
            if (result != NULL) {
                *text = result;
                return FINISHED;
            }
        }
        *pattern = end + 1;
        return GO_ON;
    case '+':
        *text = fits(m, *text, item, end) ? match_longest(m, *text + 1, item, end) : NULL;
        return FINISHED;
    case '*': *text = match_longest(m, *text, item, end); return FINISHED;
    case '-': *text = match_shortest(m, *text, item, end); return FINISHED;
    default:
        if (!fits(m, *text, item, end)) {
            *text = NULL;
            return FINISHED;
        }
        *text += 1;
        *pattern = end;
        return GO_ON;
    }
}

// An item that starts with '%' and has a meaning beyond one character.
static progress match_escape(ms_matcher *m, const char **text, const char **pattern) {
    const char *item = *pattern;
    switch (item + 1 < m->pattern_end ? item[1] : 0) {
    case 'b':
        *text = balanced(m, *text, item);
        *pattern = item + 4;
        break;
    case 'f': {
        const char *set = item + 2;
        if (*set != '[') luaL_error(m->L, "missing '[' after '%%f' in pattern");
        const char *end = set_end(m, set);
        if (!is_frontier(m, *text, set, end)) *text = NULL;
        *pattern = end;
        break;
    }
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        *text = repeated_capture(m, *text, item[1]);
        *pattern = item + 2;
        break;
    default: return match_item(m, text, pattern);
    }
    return *text == NULL ? FINISHED : GO_ON;
}

const char *ms_match_at(ms_matcher *m, const char *text, const char *pattern) {
    if (m->depth_left-- == 0) luaL_error(m->L, "pattern too complex");
    progress progress = GO_ON;
    while (progress == GO_ON && pattern < m->pattern_end) {
        step(m);
        switch (*pattern) {
        case '(':
            if (pattern[1] == ')') text = open_capture(m, text, pattern + 2, POSITION);
            else text = open_capture(m, text, pattern + 1, OPEN);
            progress = FINISHED;
            break;
        case ')':
            text = close_capture(m, text, pattern + 1);
            progress = FINISHED;
            break;
        case '%': progress = match_escape(m, &text, &pattern); break;
        case '$':
            if (pattern + 1 == m->pattern_end) {
                if (text != m->text_end) text = NULL;
                progress = FINISHED;
                break;
            }
            progress = match_item(m, &text, &pattern);
            break;
        default: progress = match_item(m, &text, &pattern);
        }
    }
    m->depth_left++;
    return text;
}

// MARK: results

void ms_push_capture(ms_matcher *m, int index, const char *start, const char *end) {
    if (index >= m->capture_count) {
        if (index != 0) luaL_error(m->L, "invalid capture index %%%d", index + 1);
        lua_pushlstring(m->L, start, (size_t)(end - start));
        return;
    }
    ms_capture *capture = &m->captures[index];
    if (capture->length == OPEN) luaL_error(m->L, "unfinished capture");
    if (capture->length == POSITION) lua_pushinteger(m->L, capture->start - m->text + 1);
    else lua_pushlstring(m->L, capture->start, (size_t)capture->length);
}

int ms_push_captures(ms_matcher *m, const char *start, const char *end) {
    int count = m->capture_count == 0 && start != NULL ? 1 : m->capture_count;
    luaL_checkstack(m->L, count, "too many captures");
    for (int i = 0; i < count; i++) ms_push_capture(m, i, start, end);
    return count;
}

const char *ms_find_plain(lua_State *L, const char *text, size_t text_count, const char *needle, size_t needle_count) {
    const char *end = text + text_count;
    // In windows, so that an early hit in a long text costs little.
    size_t window = needle_count * 2 < 4096 ? 4096 : needle_count * 2;
    while ((size_t)(end - text) >= needle_count) {
        size_t count = (size_t)(end - text) < window ? (size_t)(end - text) : window;
        const char *found = memmem(text, count, needle, needle_count);
        ms_charge(L, 1 + (found != NULL ? (size_t)(found - text) : count) / 4 + needle_count / 4);
        if (found != NULL) return found;
        if (count == (size_t)(end - text)) return NULL;
        text += count - needle_count + 1;
    }
    return NULL;
}
