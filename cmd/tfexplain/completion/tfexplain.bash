# Completion of tfexplain for bash: source <(tfexplain completion bash)
_tfexplain() {
    local word answer current=${COMP_WORDS[COMP_CWORD]}
    [[ $current == "=" ]] && current=""
    COMPREPLY=()
    mapfile -t answer < <("${COMP_WORDS[0]}" complete bash "$COMP_WORDBREAKS" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    for word in "${answer[@]}"; do
        word=${word%%$'\t'*}
        case $word in
            :files)
                compopt -o filenames
                mapfile -t COMPREPLY < <(compgen -f -- "$current")
                ;;
            :folders)
                compopt -o filenames
                mapfile -t COMPREPLY < <(compgen -d -- "$current")
                ;;
            *)
                [[ $word == *= ]] && compopt -o nospace
                COMPREPLY+=("$word")
                ;;
        esac
    done
}
complete -F _tfexplain tfexplain
