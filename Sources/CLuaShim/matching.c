// string.find, match, gmatch and gsub over the own matcher.

#include "internal.h"

#include <ctype.h>

// A position argument as an offset: 1 is the first byte, -1 the last.
static size_t offset_from(lua_Integer position, size_t length) {
    if (position > 0) return (size_t)position - 1;
    if (position == 0 || position < -(lua_Integer)length) return 0;
    return length + (size_t)position;
}

static bool has_specials(const char *pattern, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (pattern[i] != 0 && strchr("^$*+?.([%-", pattern[i]) != NULL) return true;
    return false;
}

static int find_text(lua_State *L, const char *text, size_t length, size_t start, const char *needle, size_t count) {
    const char *found = ms_find_plain(L, text + start, length - start, needle, count);
    if (found == NULL) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, found - text + (ptrdiff_t)count);
    return 2;
}

static int search(lua_State *L, bool is_find) {
    size_t length, count;
    const char *text = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &count);
    size_t start = offset_from(luaL_optinteger(L, 3, 1), length);
    if (start > length) {
        lua_pushnil(L);
        return 1;
    }
    if (is_find) {
        ms_charge(L, count / 4);
        if (lua_toboolean(L, 4) || !has_specials(pattern, count))
            return find_text(L, text, length, start, pattern, count);
    }
    ms_matcher m;
    bool is_anchored = *pattern == '^';
    ms_matcher_prepare(&m, L, text, length, pattern, count);
    for (const char *from = text + start; from <= m.text_end; from++) {
        m.capture_count = 0;
        const char *end = ms_match_at(&m, from, pattern + is_anchored);
        if (end != NULL) {
            ms_matcher_settle(&m);
            if (!is_find) return ms_push_captures(&m, from, end);
            lua_pushinteger(L, from - text + 1);
            lua_pushinteger(L, end - text);
            return ms_push_captures(&m, NULL, NULL) + 2;
        }
        if (is_anchored) break;
    }
    ms_matcher_settle(&m);
    lua_pushnil(L);
    return 1;
}

static int find(lua_State *L) {
    return search(L, true);
}

static int match(lua_State *L) {
    return search(L, false);
}

// MARK: gmatch

// Upvalues: text, pattern, offset to go on from, end of the last match (-1 before the first).
static int next_match(lua_State *L) {
    size_t length, count;
    const char *text = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *pattern = lua_tolstring(L, lua_upvalueindex(2), &count);
    lua_Integer last = lua_tointeger(L, lua_upvalueindex(4));
    ms_matcher m;
    ms_matcher_prepare(&m, L, text, length, pattern, count);
    for (const char *from = text + lua_tointeger(L, lua_upvalueindex(3)); from <= m.text_end; from++) {
        m.capture_count = 0;
        const char *end = ms_match_at(&m, from, pattern);
        if (end == NULL || end - text == last) continue;
        ms_matcher_settle(&m);
        lua_pushinteger(L, end - text);
        lua_copy(L, -1, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return ms_push_captures(&m, from, end);
    }
    ms_matcher_settle(&m);
    return 0;
}

static int gmatch(lua_State *L) {
    size_t length;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    size_t start = offset_from(luaL_optinteger(L, 3, 1), length);
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)(start > length ? length + 1 : start));
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, next_match, 4);
    return 1;
}

// MARK: gsub

static void add_text(ms_matcher *m, luaL_Buffer *buffer, const char *start, const char *end) {
    lua_State *L = m->L;
    size_t count;
    const char *p = lua_tolstring(L, 3, &count);
    const char *stop = p + count;
    m->steps += count / 4;
    for (const char *escape; (escape = memchr(p, '%', (size_t)(stop - p))) != NULL; p = escape + 2) {
        luaL_addlstring(buffer, p, (size_t)(escape - p));
        char mark = escape[1];
        if (mark == '%') {
            luaL_addchar(buffer, '%');
        } else if (mark == '0') {
            luaL_addlstring(buffer, start, (size_t)(end - start));
        } else if (isdigit((unsigned char)mark)) {
            ms_push_capture(m, mark - '1', start, end);
            luaL_tolstring(L, -1, NULL);
            lua_remove(L, -2);
            luaL_addvalue(buffer);
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
    }
    luaL_addlstring(buffer, p, (size_t)(stop - p));
}

// Adds what replaces the match; whether that differs from the match.
static bool add_replacement(ms_matcher *m, luaL_Buffer *buffer, const char *start, const char *end, int type) {
    lua_State *L = m->L;
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, ms_push_captures(m, start, end), 1);
    } else if (type == LUA_TTABLE) {
        ms_push_capture(m, 0, start, end);
        lua_gettable(L, 3);
    } else {
        add_text(m, buffer, start, end);
        return true;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(buffer, start, (size_t)(end - start));
        return false;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    m->steps += lua_type(L, -1) == LUA_TSTRING ? lua_rawlen(L, -1) / 4 : 0;
    luaL_addvalue(buffer);
    return true;
}

static int gsub(lua_State *L) {
    size_t length, count;
    const char *from = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &count);
    int type = lua_type(L, 3);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
    luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
                     "string/function/table");
    bool is_anchored = *pattern == '^', is_changed = false;
    const char *last = NULL;
    lua_Integer done = 0;
    ms_matcher m;
    luaL_Buffer buffer;
    ms_matcher_prepare(&m, L, from, length, pattern, count);
    luaL_buffinit(L, &buffer);
    while (done < most) {
        m.capture_count = 0;
        const char *end = ms_match_at(&m, from, pattern + is_anchored);
        if (end != NULL && end != last) {
            done++;
            is_changed |= add_replacement(&m, &buffer, from, end, type);
            from = last = end;
        } else if (from < m.text_end) {
            luaL_addchar(&buffer, *from++);
        } else {
            break;
        }
        if (is_anchored) break;
    }
    if (is_changed) {
        luaL_addlstring(&buffer, from, (size_t)(m.text_end - from));
        luaL_pushresult(&buffer);
    } else {
        lua_pushvalue(L, 1);
    }
    ms_matcher_settle(&m);
    lua_pushinteger(L, done);
    return 2;
}

void ms_open_matching(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"find", find}, {"match", match}, {"gmatch", gmatch}, {"gsub", gsub}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
