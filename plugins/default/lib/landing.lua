-- How many finished candidates are folded onto the branch and tested together.

local landing = {}

-- A fold that is more likely red than green costs more tests than it saves.
local wanted_chance = 0.5

-- The biggest number of candidates that are still likely green together, given the share of red folds so far.
local function fold_size(estimate)
  if estimate <= 0 then return nil end
  if estimate >= wanted_chance then return 1 end
  return math.max(1, math.floor(math.log(wanted_chance) / math.log(1 - estimate)))
end

function landing.landing(ctx)
  return {
    fold_size = ctx.settings.fold_size or fold_size(ctx.failure_estimate),
    full_suite = ctx.settings.full_suite,
    union_files = ctx.settings.union_files,
  }
end

return landing
