# Completion of lamel for bash. The candidates come from the program itself.

_lamel() {
    # Bash splits words at "=" and ":" too (COMP_WORDBREAKS). What has no space before it belongs to the word before.
    local line=${COMP_LINE:0:COMP_POINT} words=() last=-1 i part rest
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        rest=${line#"${line%%[![:space:]]*}"}
        # Of the word at the cursor, what is before the cursor.
        ((i == COMP_CWORD)) && part=$rest
        if ((i == 0)) || [[ $rest != "$line" ]]; then
            ((last++))
        fi
        words[last]+=$part
        line=${rest#"$part"}
    done
    mapfile -t COMPREPLY < <(LAMEL_COMPLETE=bash lamel -- "${words[@]}" 2>/dev/null)
    # Bash replaces only what follows the last of those characters.
    local breaks=${COMP_WORDBREAKS//[!=:]/}
    if [[ -n $breaks && ${words[last]} == *[$breaks]* ]]; then
        local kept=${words[last]%"${words[last]##*[$breaks]}"}
        COMPREPLY=("${COMPREPLY[@]#"$kept"}")
    fi
    # A value that goes on has no space after it.
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=:/,] ]]; then
        compopt -o nospace
    fi
}

complete -o nosort -F _lamel lamel 2>/dev/null || complete -F _lamel lamel
