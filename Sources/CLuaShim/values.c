// Values as one flat run of bytes: a tag, then a little-endian payload.
//
// nil 0, false 1, true 2, integer 3 (8 bytes), float 4 (8 bytes), string 5 (u32 length, bytes),
// list 6 (u32 count, values), map 7 (u32 count, pairs of u32 length, bytes, value). An empty table is a map.

#include "internal.h"

#include <stdio.h>
#include <stdlib.h>

enum { TAG_NIL, TAG_FALSE, TAG_TRUE, TAG_INTEGER, TAG_FLOAT, TAG_STRING, TAG_LIST, TAG_MAP };

typedef struct segment {
    const char *key;
    size_t key_count;
    lua_Integer index;
} segment;

typedef struct encoder {
    lua_State *L;
    ms_buffer *buffer;
    const char *root;
    const char *place;
    size_t limit;
    bool is_shape;
    int depth;
    uint64_t charged;
    segment path[MS_DEPTH + 1];
} encoder;

bool ms_buffer_reserve(ms_buffer *buffer, size_t count) {
    if (buffer->capacity - buffer->count >= count) return true;
    size_t capacity = buffer->capacity * 2 + count + 64;
    uint8_t *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) return false;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

void ms_buffer_clear(ms_buffer *buffer) {
    buffer->count = 0;
}

void ms_buffer_append(ms_buffer *buffer, const uint8_t *bytes, int64_t count) {
    if (count <= 0 || !ms_buffer_reserve(buffer, (size_t)count)) return;
    memcpy(buffer->bytes + buffer->count, bytes, (size_t)count);
    buffer->count += (size_t)count;
}

ms_buffer *ms_buffer_new(void) {
    return calloc(1, sizeof(ms_buffer));
}

void ms_buffer_free(ms_buffer *buffer) {
    if (buffer == NULL) return;
    free(buffer->bytes);
    free(buffer);
}

const uint8_t *ms_buffer_bytes(const ms_buffer *buffer, int64_t *count) {
    *count = (int64_t)buffer->count;
    return buffer->bytes;
}

// MARK: Lua to bytes

static int refuse(encoder *e, const char *problem) {
    lua_State *L = e->L;
    if (e->place != NULL) {
        lua_pushstring(L, e->place);
    } else {
        ms_push_where(L);
    }
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    luaL_addstring(&text, e->root);
    int shown = e->depth < 12 ? e->depth : 12;
    for (int i = 1; i <= shown; i++) {
        segment *part = &e->path[i];
        if (part->key != NULL) {
            luaL_addchar(&text, '.');
            luaL_addlstring(&text, part->key, part->key_count < 80 ? part->key_count : 80);
        } else {
            char number[32];
            snprintf(number, sizeof number, "[%lld]", (long long)part->index);
            luaL_addstring(&text, number);
        }
    }
    if (shown < e->depth) luaL_addstring(&text, "...");
    luaL_addstring(&text, ": ");
    luaL_addstring(&text, problem);
    luaL_pushresult(&text);
    lua_concat(L, 2);
    return ms_raise(L, MS_CONVERSION, NULL);
}

static void put(encoder *e, uint8_t tag, const void *payload, size_t count) {
    ms_buffer *buffer = e->buffer;
    if (buffer->count + count + 1 > e->limit) {
        char problem[96];
        snprintf(problem, sizeof problem, "the value is larger than the limit of %zu bytes", e->limit);
        refuse(e, problem);
    }
    if (!ms_buffer_reserve(buffer, count + 1)) luaL_error(e->L, "not enough memory");
    buffer->bytes[buffer->count] = tag;
    if (count > 0) memcpy(buffer->bytes + buffer->count + 1, payload, count);
    buffer->count += count + 1;
}

static void put_bytes(encoder *e, const char *bytes, size_t count) {
    uint32_t length = (uint32_t)count;
    ms_buffer *buffer = e->buffer;
    if (count > e->limit || buffer->count + count + 4 > e->limit) {
        char problem[96];
        snprintf(problem, sizeof problem, "the value is larger than the limit of %zu bytes", e->limit);
        refuse(e, problem);
    }
    if (!ms_buffer_reserve(buffer, count + 4)) luaL_error(e->L, "not enough memory");
    memcpy(buffer->bytes + buffer->count, &length, 4);
    memcpy(buffer->bytes + buffer->count + 4, bytes, count);
    buffer->count += count + 4;
}

static void encode_value(encoder *e, int index);

static void encode_list(encoder *e, int index, lua_Integer count) {
    uint32_t length = (uint32_t)count;
    put(e, TAG_LIST, &length, 4);
    segment *part = &e->path[++e->depth];
    part->key = NULL;
    for (lua_Integer i = 1; i <= count; i++) {
        part->index = i;
        lua_rawgeti(e->L, index, i);
        encode_value(e, lua_gettop(e->L));
        lua_pop(e->L, 1);
    }
    e->depth--;
}

static void encode_key(encoder *e, segment *part) {
    lua_State *L = e->L;
    if (lua_type(L, -2) == LUA_TSTRING) {
        part->key = lua_tolstring(L, -2, &part->key_count);
        put_bytes(e, part->key, part->key_count);
        return;
    }
    // Only a shape has other keys: `{ "name", options = {} }` reads as the map 1 = "name", options = {}.
    char number[32];
    part->key = NULL;
    part->index = lua_tointeger(L, -2);
    int length = snprintf(number, sizeof number, "%lld", (long long)part->index);
    put_bytes(e, number, (size_t)length);
}

static void encode_map(encoder *e, int index, lua_Integer count) {
    lua_State *L = e->L;
    uint32_t length = (uint32_t)count;
    put(e, TAG_MAP, &length, 4);
    segment *part = &e->path[++e->depth];
    lua_pushnil(L);
    while (lua_next(L, index)) {
        encode_key(e, part);
        encode_value(e, lua_gettop(L));
        lua_pop(L, 1);
    }
    e->depth--;
}

static void encode_table(encoder *e, int index) {
    lua_State *L = e->L;
    if (e->depth >= MS_DEPTH) refuse(e, "tables are nested too deeply, or a table contains itself");
    luaL_checkstack(L, 6, NULL);
    lua_Integer strings = 0, integers = 0, largest = 0;
    bool is_list = true;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING) {
            strings++;
        } else if (lua_isinteger(L, -1)) {
            lua_Integer key = lua_tointeger(L, -1);
            integers++;
            if (key < 1 && !e->is_shape) refuse(e, "a list starts at 1, keys below 1 can not be converted");
            if (key < 1) is_list = false;
            if (key > largest) largest = key;
        } else {
            char problem[96];
            snprintf(problem, sizeof problem, "a %s can not be a key, only strings or the integers of a list",
                     luaL_typename(L, -1));
            refuse(e, problem);
        }
    }
    e->charged += (uint64_t)(strings + integers);
    if (is_list && strings == 0 && integers > 0 && largest == integers) {
        encode_list(e, index, integers);
    } else if (integers == 0 || e->is_shape) {
        encode_map(e, index, strings + integers);
    } else if (strings > 0) {
        refuse(e, "a table is either a list or has string keys, not both");
    } else {
        refuse(e, "a list has holes");
    }
}

static void encode_value(encoder *e, int index) {
    lua_State *L = e->L;
    if (++e->charged >= 256) {
        ms_charge(L, e->charged * MS_UNITS);
        e->charged = 0;
    }
    switch (lua_type(L, index)) {
    case LUA_TNIL: put(e, TAG_NIL, NULL, 0); break;
    case LUA_TBOOLEAN: put(e, lua_toboolean(L, index) ? TAG_TRUE : TAG_FALSE, NULL, 0); break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            int64_t value = lua_tointeger(L, index);
            put(e, TAG_INTEGER, &value, 8);
        } else {
            double value = lua_tonumber(L, index);
            put(e, TAG_FLOAT, &value, 8);
        }
        break;
    case LUA_TSTRING: {
        size_t count;
        const char *bytes = lua_tolstring(L, index, &count);
        put(e, TAG_STRING, NULL, 0);
        put_bytes(e, bytes, count);
        e->charged += count / 64;
        break;
    }
    case LUA_TTABLE: encode_table(e, index); break;
    case LUA_TFUNCTION:
        if (e->is_shape) {
            put(e, TAG_STRING, NULL, 0);
            put_bytes(e, "function", 8);
            break;
        }
        refuse(e, "a function can not be converted");
        break;
    default: {
        char problem[64];
        snprintf(problem, sizeof problem, "a %s can not be converted", luaL_typename(L, index));
        refuse(e, problem);
    }
    }
}

static void prepare(encoder *e, lua_State *L, ms_buffer *buffer, const char *root) {
    e->L = L;
    e->buffer = buffer;
    e->root = root;
    e->place = NULL;
    e->limit = (size_t)ms_state_of(L)->limits.result_bytes;
    e->is_shape = false;
    e->depth = 0;
    e->charged = 0;
    ms_buffer_clear(buffer);
}

void ms_encode(lua_State *L, int index, ms_buffer *buffer, const char *root, bool is_shape, const char *place) {
    encoder e;
    prepare(&e, L, buffer, root);
    e.is_shape = is_shape;
    e.place = place;
    encode_value(&e, lua_absindex(L, index));
    ms_charge(L, e.charged * MS_UNITS);
}

void ms_encode_arguments(lua_State *L, int count, ms_buffer *buffer, const char *function_name) {
    encoder e;
    (void)function_name;
    prepare(&e, L, buffer, "argument");
    if (count == 0) {
        put(&e, TAG_NIL, NULL, 0);
    } else if (count == 1) {
        encode_value(&e, 1);
    } else {
        uint32_t length = (uint32_t)count;
        put(&e, TAG_LIST, &length, 4);
        e.depth = 1;
        e.path[1].key = NULL;
        for (int i = 1; i <= count; i++) {
            e.path[1].index = i;
            encode_value(&e, i);
        }
    }
    ms_charge(L, e.charged * MS_UNITS);
}

// MARK: bytes to Lua

typedef struct decoder {
    const uint8_t *next;
    const uint8_t *end;
    uint64_t charged;
    uint64_t digest;
    bool has_digest;
} decoder;

// Only sums of what stands in the value: maps come in another order each time.
static void digest(decoder *d, const uint8_t *bytes, size_t count) {
    if (!d->has_digest) return;
    uint64_t hash = count;
    while (count > 0) {
        uint64_t word = 0;
        size_t part = count < 8 ? count : 8;
        memcpy(&word, bytes, part);
        hash = (hash ^ word) * 0x9fb21c651e98df25u;
        hash ^= hash >> 29;
        bytes += part;
        count -= part;
    }
    d->digest += hash;
}

static const uint8_t *take(lua_State *L, decoder *d, size_t count) {
    if ((size_t)(d->end - d->next) < count) luaL_error(L, "the host sent a damaged value");
    const uint8_t *bytes = d->next;
    d->next += count;
    return bytes;
}

static uint32_t take_count(lua_State *L, decoder *d) {
    uint32_t count;
    memcpy(&count, take(L, d, 4), 4);
    return count;
}

static void decode_value(lua_State *L, decoder *d, int depth) {
    if (depth > MS_DEPTH) luaL_error(L, "the host sent a value that is nested too deeply");
    luaL_checkstack(L, 4, NULL);
    d->charged++;
    switch (*take(L, d, 1)) {
    case TAG_NIL: lua_pushnil(L); break;
    case TAG_FALSE: lua_pushboolean(L, 0); break;
    case TAG_TRUE: lua_pushboolean(L, 1); break;
    case TAG_INTEGER: {
        int64_t value;
        memcpy(&value, take(L, d, 8), 8);
        digest(d, d->next - 8, 8);
        lua_pushinteger(L, value);
        break;
    }
    case TAG_FLOAT: {
        double value;
        memcpy(&value, take(L, d, 8), 8);
        digest(d, d->next - 8, 8);
        lua_pushnumber(L, value);
        break;
    }
    case TAG_STRING: {
        uint32_t count = take_count(L, d);
        lua_pushlstring(L, (const char *)take(L, d, count), count);
        digest(d, d->next - count, count);
        break;
    }
    case TAG_LIST: {
        uint32_t count = take_count(L, d);
        // A count can not be larger than the bytes that follow it, whoever wrote it.
        if (count > (size_t)(d->end - d->next)) luaL_error(L, "the host sent a damaged value");
        lua_createtable(L, (int)count, 0);
        for (uint32_t i = 1; i <= count; i++) {
            decode_value(L, d, depth + 1);
            lua_rawseti(L, -2, i);
        }
        break;
    }
    case TAG_MAP: {
        uint32_t count = take_count(L, d);
        if (count > (size_t)(d->end - d->next)) luaL_error(L, "the host sent a damaged value");
        lua_createtable(L, 0, (int)count);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t length = take_count(L, d);
            lua_pushlstring(L, (const char *)take(L, d, length), length);
            decode_value(L, d, depth + 1);
            lua_rawset(L, -3);
        }
        break;
    }
    default: luaL_error(L, "the host sent a damaged value");
    }
}

void ms_decode(lua_State *L, const uint8_t *bytes, size_t count, uint64_t *digest) {
    decoder d = {.next = bytes, .end = bytes + count, .has_digest = digest != NULL};
    decode_value(L, &d, 0);
    if (digest != NULL) *digest += d.digest;
    ms_charge(L, d.charged * MS_UNITS);
}
