# Completion of lamel for fish. The candidates come from the program itself.

function __lamel_complete
    set --local words (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token --cut-at-cursor)
    LAMEL_COMPLETE=fish lamel -- $words 2>/dev/null
end

complete --command lamel --keep-order --no-files --arguments '(__lamel_complete)'
