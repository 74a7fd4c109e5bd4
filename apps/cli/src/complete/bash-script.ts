/**
 * What bash sources. Typed words are handed on as they are, and nothing that was typed or is offered is ever evaluated: a line that is only
 * looked at must run nothing. Bash 3.2, which macOS has, can read it, and it may be sourced again.
 */
export const bashScript = `# bash completion for gantry

__gantry_complete() {
    local IFS=$' \\t\\n'
    local line="\${COMP_LINE:0:COMP_POINT}" words=() index piece gap
    # Bash begins words at colons and equals signs as well: what no space parts is one word.
    for ((index = 0; index <= COMP_CWORD; index++)); do
        piece="\${COMP_WORDS[index]}"
        gap="\${line%%[![:space:]]*}"
        line="\${line#"$gap"}"
        ((index == COMP_CWORD)) && piece="$line"
        line="\${line#"$piece"}"
        if ((index == 0)) || [[ -n "$gap" ]]; then
            words+=("$piece")
        else
            words[\${#words[@]}-1]+="$piece"
        fi
    done
    local cur="\${words[\${#words[@]}-1]}"

    local flag=""
    [[ "$cur" == --*=* ]] && flag="\${cur%%=*}="
    # It puts what is offered behind the last of them.
    local rest="$cur" mark
    for mark in : =; do
        [[ "$COMP_WORDBREAKS" == *"$mark"* ]] && rest="\${rest##*"$mark"}"
    done
    local before="\${cur%"$rest"}"

    local directive=0 offered
    COMPREPLY=()
    while IFS= read -r offered; do
        if [[ "$offered" == :* ]]; then
            directive="\${offered#:}"
        elif [[ -n "$offered" ]]; then
            offered="$flag\${offered%%$'\\t'*}"
            [[ "$offered" == "$cur"* ]] && COMPREPLY+=("\${offered#"$before"}")
        fi
    done < <(gantry complete -- "\${words[@]:1}" 2> /dev/null)

    # Bash 3.2 has no compopt, and then sets a space behind all.
    case "$directive" in
        4 | 6) compopt +o default 2> /dev/null ;;
    esac
    case "$directive" in
        2 | 6) compopt -o nospace 2> /dev/null ;;
    esac
    return 0
}

complete -o default -F __gantry_complete gantry
`
