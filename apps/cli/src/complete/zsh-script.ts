/** What zsh loads, from a folder of `fpath` or by `source`. As in bash, nothing that was typed or is offered is ever evaluated. */
export const zshScript = `#compdef gantry

# zsh completion for gantry

_gantry() {
    local -a typed found offered suffix
    local line value directive=0
    # Without the quotes that were typed around them; (Q) expands nothing.
    typed=("\${(@Q)words[2,CURRENT]}")
    found=("\${(@f)$(gantry complete -- "\${(@)typed}" 2> /dev/null)}")
    [[ "$PREFIX" == --*=* ]] && compset -P 1 '*='
    for line in "\${(@)found}"; do
        if [[ "$line" == :* ]]; then
            directive="\${line#:}"
        elif [[ -n "$line" ]]; then
            # Between a word and what is said of it _describe takes a colon.
            value="\${line%%$'\\t'*}"
            offered+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
        fi
    done
    case "$directive" in
        2 | 6) suffix=(-S '') ;;
    esac
    _describe 'gantry' offered "\${(@)suffix}" && return 0
    case "$directive" in
        4 | 6) return 1 ;;
    esac
    _files
}

if [[ "\${funcstack[1]}" == _gantry ]]; then
    _gantry "$@"
else
    compdef _gantry gantry
fi
`
