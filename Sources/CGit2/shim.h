#include <git2.h>

// git_libgit2_opts takes variable arguments, which Swift does not import.

/// Looks for configuration files of the given level in `path` only; an empty path finds none.
static inline int moonshift_git_set_search_path(int level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

/// Switches the refusal of repositories that belong to another user on (1) or off (0).
static inline int moonshift_git_set_owner_validation(int isOn) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, isOn);
}

/// Switches the comparison of each object that is read with its id on (1) or off (0).
static inline int moonshift_git_set_hash_verification(int isOn) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, isOn);
}

/// Accepts one more repository extension.
static inline int moonshift_git_accept_extension(const char *name) {
    const char *names[] = {name};
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, (size_t)1);
}

/// glibc's syncfs, which its headers show only to programs that define _GNU_SOURCE before all else.
static inline int moonshift_sync_file_system(int descriptor) {
    extern int syncfs(int);
    return syncfs(descriptor);
}
