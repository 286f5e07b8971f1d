-- The standard recipe: tests first, then the code, one feature a commit, one pull request a batch.
--
-- You need no Lua to change it. Everything after `--` on a line is a comment. What counts is between the braces: lines of the
-- form `name = value,` with a comma at the end. Text stands in quotes, numbers do not.
--
-- To make your own, copy this file to recipes/NAME.lua in your repository and start it with `moonshift run NAME`.
-- The command line wins over what stands here: `moonshift run tdd --max-cost 20`.

return {
  -- The version of these settings. Leave it as it is.
  api = 1,

  description = "Tests first, then the code, one feature a commit",

  -- Packs of policies to use, the most important first: { "python-strict", "acme/reviews" }.
  -- The built-in pack `default` always comes last and need not be named.
  use = {},

  settings = {
    -- The model that does the work, as its server names it.
    model = "gpt-6.1-terra",

    -- The most that a whole run, and one batch of it, may cost, in dollars. It is never passed, not by a cent: work stops before.
    max_cost = 200,
    max_cost_per_batch = 25,

    -- How much happens at once: batches side by side, and features side by side in each of them.
    max_parallel_batches = 3,
    max_parallel_features = 5,

    -- The most features in one pull request.
    max_features_per_batch = 50,

    -- How often a feature is tried before it is given up.
    max_attempts = 3,

    -- How long one attempt, and one run of its tests, may take: "90s", "15m", "1h30m".
    feature_timeout = "10m",
    test_timeout = "5m",

    -- The most that one attempt may do: questions to the model, and the length of one answer in tokens.
    max_turns = 25,
    max_output_tokens = 16000,

    -- More settings, with the values that they have anyway or an example. Remove the two dashes to use one.
    -- plan = "docs/plan.yaml",        -- the plan, so that the command line need not name it
    -- max_cost_per_feature = 2,       -- dollars
    -- temperature = 0.2,              -- how freely the model writes, if it has that knob
    -- full_suite = { "make", "test" },  -- must pass on each branch, besides the features' own tests
    -- union_files = { "docs/routes.txt" },  -- lists of lines to which many features add: the lines of all are kept
    -- stop_timeout = "1m",            -- after the first Ctrl-C, how long a silent call of the model is waited for
    -- sandbox = "auto",               -- commands run in a cage; "none" turns it off
  },
}
